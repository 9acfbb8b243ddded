import { type FetchHandler, toFetchHandler } from "../adapters/fetch/handler.ts";
import { toReport } from "../observe/report.ts";
import { type GivenContent, toGivenFile } from "../sources/given/given-content.ts";
import type { FilesOptions } from "../sources/files.ts";
import type { Source } from "../sources/source.ts";
import { type FetchSend, toFetchSend } from "./fetch-send.ts";
import { toChosenJudges, toJudge } from "./judges.ts";
import type { StetOptions } from "./options.ts";
import { assertPage } from "./assert-page.ts";
import { assertSource } from "./assert-source.ts";
import { toPolicy } from "./to-policy.ts";
import { assertOptionsOfSource, assertOptionsOfWeb } from "./validate-options.ts";

/** The rules by which a source is served, but for those of a file system and of Node's servers. */
export type WebOptions = Omit<StetOptions, keyof FilesOptions | "cache" | "list">;

/** One policy, for every framework and runtime of the Fetch standard. */
export interface WebStet {
  /** `(request, next?) => Promise<Response>`. */
  readonly fetch: FetchHandler;
  /**
   * Answers with one file that the application chose: its path below the root, or a content at hand.
   *
   * @throws TypeError for an option that means nothing, or what is no content, saying what to write instead
   */
  readonly send: FetchSend<GivenContent>;
}

/**
 * Makes the policy object, of nothing but the web's standards: for workers, and for bundles that are to be small.
 *
 * @param source such as `memory({…})`
 * @throws TypeError for what is no source, or an option that means nothing
 */
export function stet(source: Source, options: WebOptions = {}): WebStet {
  const policy = toPolicy(options);
  assertSource(source, policy.front, "a source such as memory({ … })");
  assertOptionsOfSource(options);
  assertOptionsOfWeb(options);
  assertPage(source, policy.spa, source);
  const report = toReport(options.onDelivered, policy.onError);
  const chosen = toChosenJudges(source, policy, options, (content: GivenContent) =>
    // The table of types is as large as the rest.
    toGivenFile(content, "application/octet-stream"),
  );
  return {
    fetch: toFetchHandler(toJudge(source, policy), { fallthrough: options.fallthrough ?? true, report }),
    send: toFetchSend(chosen, report),
  };
}
