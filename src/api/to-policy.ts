import { type ContentPolicy, toContentPolicy } from "../access/content-policy.ts";
import { toAdmit } from "../access/guard.ts";
import { type DeliveryChoice, isFront, simple, stream } from "../deliveries/choice.ts";
import { withDefaults } from "../serve/file-rules.ts";
import { safely } from "../observe/report.ts";
import type { Policy } from "../serve/policy.ts";
import { assertMediaType } from "../sources/check-arguments.ts";
import type { TargetPolicy } from "../target/parse-target.ts";
import { isFingerprinted } from "./fingerprinted.ts";
import type { SendOptions, StetOptions } from "./options.ts";
import { assertCacheControl, toFieldLines } from "./field-lines.ts";
import { assertOptions } from "./validate-options.ts";

const REVALIDATED = "no-cache";
const PRIVATE = "private, no-cache";
const IMMUTABLE = "public, max-age=31536000, immutable";

/**
 * Reads the options once, into the rules that each request is served by. By them nothing is kept
 * in memory, and no directory is listed.
 *
 * @param delivery the one where the options tell none
 * @throws TypeError for an option that means nothing, saying what to write instead
 */
export function toPolicy(options: StetOptions, delivery: DeliveryChoice = stream): Policy {
  assertOptions(options);
  return {
    target: { ...toNames(options), prefix: trimSlashes(options.prefix ?? "") },
    index: options.index === false ? [] : [options.index ?? "index.html"].flat(),
    extensions: (options.extensions ?? []).map((extension) => extension.replace(/^\./, "")),
    spa: toSinglePage(options.spa),
    redirect: options.redirect ?? true,
    list: undefined,
    ...toContentRules(options),
    type: toType(options.type),
    admit: options.guard && toAdmit(options.guard, options.guardTimeout ?? GUARD_TIMEOUT),
    ...toSending(options.delivery ?? delivery),
    known: undefined,
    onError: safely(options.onError ?? logError),
    clock: Date.now,
  };
}

function toSinglePage(spa: StetOptions["spa"] = false): string | undefined {
  if (spa === false) return undefined;
  return spa === true ? "index.html" : spa;
}

function toNames({ dotfiles = "hide", portableNames = false }: StetOptions): Omit<TargetPolicy, "prefix"> {
  return { dotfiles, portableNames, windows: isWindows() };
}

function toSending(delivery: DeliveryChoice): Pick<Policy, "front" | "whole"> {
  return { front: isFront(delivery) ? delivery : undefined, whole: delivery === simple };
}

/** Milliseconds. */
const GUARD_TIMEOUT = 10_000;

/** The same rules, but for files of which one call says whose they are. */
export function withUntrusted(
  policy: Policy,
  options: StetOptions,
  untrusted: SendOptions["untrusted"],
): Policy {
  return untrusted === undefined ? policy : { ...policy, ...toContentRules({ ...options, untrusted }) };
}

function toContentRules(options: StetOptions): Pick<Policy, "fields" | "judgeContent"> {
  const content = toContentPolicy(options.untrusted);
  return { fields: toFields(options, content), judgeContent: content?.judge };
}

/** What the application's function gives is known only when it is asked: its TypeError becomes a 500. */
function toType(given: StetOptions["type"]): Policy["type"] {
  return (path) => {
    const type = given?.(path) ?? undefined;
    if (type !== undefined) assertMediaType("type", type);
    return type;
  };
}

function toFields(
  { headers = {}, guard, cacheControl }: StetOptions,
  content: ContentPolicy | undefined,
): Policy["fields"] {
  const given = toGivenFields(headers);
  const usual = guard === undefined ? publicCacheControl : (): string => PRIVATE;
  return (path) =>
    withDefaults(given(path), [
      ["Cache-Control", path === undefined ? undefined : cacheControlOf(path, cacheControl, usual)],
      ["X-Content-Type-Options", "nosniff"],
      ["Cross-Origin-Resource-Policy", content?.crossOriginResourcePolicy],
    ]);
}

function toGivenFields(headers: NonNullable<StetOptions["headers"]>): Policy["fields"] {
  if (typeof headers === "function") return (path) => (path === undefined ? [] : toFieldLines(headers(path)));
  const fixed = toFieldLines(headers);
  return () => fixed;
}

function publicCacheControl(path: string): string {
  return isFingerprinted(path) ? IMMUTABLE : REVALIDATED;
}

function cacheControlOf(
  path: string,
  given: StetOptions["cacheControl"],
  usual: (path: string) => string,
): string | undefined {
  if (given === false) return undefined;
  const value = (typeof given === "function" ? given(path) : given) ?? undefined;
  // What a function gives is known only here.
  if (typeof given === "function" && value !== undefined) assertCacheControl(value);
  return value ?? usual(path);
}

function trimSlashes(prefix: string): string {
  return prefix.split("/").filter(Boolean).join("/");
}

function isWindows(): boolean {
  return globalThis.process?.platform === "win32";
}

function logError(error: unknown): void {
  // oxlint-disable-next-line no-console -- a failure that nobody is told of can't be mended
  console.error(error);
}
