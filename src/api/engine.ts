import type { NodeHandlerOptions } from "../adapters/node/handler.ts";
import { type DeliveryChoice, isFront, zeroCopy } from "../deliveries/choice.ts";
import { toReport } from "../observe/report.ts";
import type { Policy } from "../serve/policy.ts";
import { type Judge, recall, serve, serveChosen } from "../serve/serve.ts";
import { files, type FilesOptions } from "../sources/files.ts";
import { isRecord, show } from "../sources/check-arguments.ts";
import { ElsewhereSource } from "../sources/elsewhere.ts";
import type { Source } from "../sources/source.ts";
import { deliveryFromEnvironment } from "./delivery-from-environment.ts";
import type { SendOptions, StetOptions } from "./options.ts";
import { toCacheOptions, toFilePolicy, toPolicy } from "./to-policy.ts";
import { assertOptionsOfSource, assertSendOptions } from "./validate-options.ts";
import { wayOfLarge } from "./way-of-large.ts";

/** What every way into one policy rests on. */
export interface Engine extends Judge, NodeHandlerOptions {
  /** Judges requests for one file that the application chose, whatever their targets. */
  readonly choose: (path: string, options?: SendOptions) => Judge;
}

/** @throws TypeError as `stet()` does */
export function toEngine(root: string | URL | Source, options: StetOptions): Engine {
  const fromEnvironment = deliveryFromEnvironment(root);
  const policy = toPolicy(options, fromEnvironment);
  const source = toSource(root, options, options.delivery ?? fromEnvironment);
  return {
    recall: (request) => recall(request, policy),
    judge: (request) => serve(request, source, policy, false),
    attempt: (request) => serve(request, source, policy, true),
    choose: (path, send) => choose(path, send, source, policy),
    fallthrough: options.fallthrough ?? true,
    report: toReport(options.onDelivered, policy.onError),
    large: wayOfLarge(),
  };
}

function choose(path: string, options: SendOptions = {}, source: Source, policy: Policy): Judge {
  assertPath(path);
  assertSendOptions(options);
  const chosen = { path, filePolicy: (found: string) => toFilePolicy(policy, found, options) };
  return {
    // The request's own target says nothing of the file that was chosen.
    recall: () => undefined,
    judge: (request) => serveChosen(request, chosen, source, policy, false),
    attempt: (request) => serveChosen(request, chosen, source, policy, true),
  };
}

function toSource(
  root: string | URL | Source,
  options: StetOptions,
  delivery: DeliveryChoice | undefined,
): Source {
  if (typeof root === "string" || root instanceof URL) return files(root, toFilesOptions(options, delivery));
  if (!isSource(root)) {
    throw new TypeError(
      `The root is a folder such as "public", a file: URL, or a source such as memory({ … }), not ${show(root)}.`,
    );
  }
  assertOptionsOfSource(options);
  if (root instanceof ElsewhereSource && (delivery === undefined || !isFront(delivery))) {
    throw new TypeError(
      'Files that are elsewhere are sent by another server: add a delivery such as nginx({ "/": "/_private/" }) or redirect({ … }).',
    );
  }
  return root;
}

function isSource(root: unknown): root is Source {
  return isRecord(root) && typeof root["find"] === "function";
}

function toFilesOptions(
  { precompressed, appendOnly, neverOverwritten: said, blocking, cache }: StetOptions,
  delivery: DeliveryChoice | undefined,
): FilesOptions {
  const neverOverwritten = delivery === zeroCopy ? true : said;
  const { freshFor } = toCacheOptions(cache);
  return {
    ...(precompressed !== undefined && { precompressed }),
    ...(appendOnly !== undefined && { appendOnly }),
    ...(neverOverwritten !== undefined && { neverOverwritten }),
    ...(blocking !== undefined && { blocking }),
    ...(freshFor !== undefined && { freshFor }),
  };
}

function assertPath(path: unknown): void {
  if (typeof path === "string") return;
  throw new TypeError(
    `Write send(request, path) or send(request, response, path), the path below the root as text, such as "reports/2026.pdf", not ${show(path)}.`,
  );
}
