import { WITHOUT_SIBLINGS } from "../access/content-policy.ts";
import type { NodeHandlerOptions } from "../adapters/node/handler.ts";
import { type DeliveryChoice, zeroCopy } from "../deliveries/choice.ts";
import type { Front } from "../deliveries/front.ts";
import { toReport } from "../observe/report.ts";
import type { Judge } from "../serve/judge.ts";
import type { Policy } from "../serve/policy.ts";
import { absolutePathsOf, files, type FilesOptions } from "../sources/files.ts";
import type { GivenContent } from "../sources/given/given-content.ts";
import type { OpenFileHandle } from "../sources/given/open-handle.ts";
import type { Source } from "../sources/source.ts";
import { assertPage, checkPage } from "./assert-page.ts";
import { assertSource } from "./assert-source.ts";
import { deliveryFromEnvironment } from "./delivery-from-environment.ts";
import { toGlob } from "./glob.ts";
import { type ToChosenJudge, toChosenJudges, toJudge } from "./judges.ts";
import { keeping, listing, toCacheOptions } from "./known.ts";
import type { StetOptions } from "./options.ts";
import { toSentFile } from "./sent-file.ts";
import { toPolicy } from "./to-policy.ts";
import { assertOptionsOfSource } from "./validate-options.ts";
import { wayOfLarge } from "./way-of-large.ts";

/** A content at hand. */
export type SentContent = GivenContent | OpenFileHandle;

/** What every way into one policy rests on. */
export interface Engine extends Judge, NodeHandlerOptions {
  readonly chosen: ToChosenJudge<SentContent>;
}

/** What no option of `stet()` says, but the calls of `stet/compat` need. */
export type InternalOptions = Partial<Pick<Policy, "absoluteRedirects">>;

/** @throws TypeError as `stet()` does */
export function toEngine(
  root: string | URL | Source,
  options: StetOptions,
  internal: InternalOptions = {},
): Engine {
  const fromEnvironment = deliveryFromEnvironment(root);
  const rules = { ...toPolicy(options, fromEnvironment, toGlob), ...internal };
  const policy = keeping(listing(rules, options.list), options.cache);
  const source = toSource(root, options, policy.front, options.delivery ?? fromEnvironment);
  const chosenPolicy = { ...policy, absolutePaths: absolutePathsOf(source) };
  assertPage(source, policy.spa, root);
  void checkPage(source, policy.spa, policy.onError);
  return {
    ...toJudge(source, policy),
    chosen: toChosenJudges(source, chosenPolicy, options, toSentFile),
    fallthrough: options.fallthrough ?? true,
    report: toReport(options.onDelivered, policy.onError),
    large: wayOfLarge(),
  };
}

function toSource(
  root: string | URL | Source,
  options: StetOptions,
  front: Front | undefined,
  delivery: DeliveryChoice | undefined,
): Source {
  if (typeof root === "string" || root instanceof URL) return files(root, toFilesOptions(options, delivery));
  assertSource(root, front, 'a folder such as "public", a file: URL, or a source such as memory({ … })');
  assertOptionsOfSource(options);
  return root;
}

function toFilesOptions(
  {
    precompressed,
    appendOnly,
    neverOverwritten: said,
    blocking,
    entityTags,
    entityTag,
    cache,
    untrusted = false,
  }: StetOptions,
  delivery: DeliveryChoice | undefined,
): FilesOptions {
  const neverOverwritten = delivery === zeroCopy ? true : said;
  const { freshFor } = toCacheOptions(cache);
  return {
    ...(untrusted !== false && WITHOUT_SIBLINGS),
    ...(precompressed !== undefined && { precompressed }),
    ...(appendOnly !== undefined && { appendOnly }),
    ...(neverOverwritten !== undefined && { neverOverwritten }),
    ...(blocking !== undefined && { blocking }),
    ...(entityTags !== undefined && { entityTags }),
    ...(entityTag !== undefined && { entityTag }),
    ...(freshFor !== undefined && { freshFor }),
  };
}
