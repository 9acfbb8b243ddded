import { type ContentPolicy, toContentPolicy } from "../access/content-policy.ts";
import { FRAME_FIELDS } from "../access/frames.ts";
import { toAdmit } from "../access/guard.ts";
import { type DeliveryChoice, isFront, simple, stream } from "../deliveries/choice.ts";
import { withVary } from "../serve/file-policy.ts";
import { withDefaults } from "../serve/file-rules.ts";
import { safely } from "../observe/report.ts";
import type { Policy } from "../serve/policy.ts";
import { assertMediaType } from "../sources/check-arguments.ts";
import type { TargetPolicy } from "../target/parse-target.ts";
import { PRIVATE, toDefaultCacheControl } from "./default-cache-control.ts";
import { toTypeFromName } from "./type-from-name.ts";
import { type ToGlob, withoutGlobs } from "./immutable.ts";
import type { SendOptions, StetOptions } from "./options.ts";
import { assertCacheControl, toFieldLines } from "./field-lines.ts";
import { assertOptions } from "./validate-options.ts";

/**
 * Reads the options once, into the rules that each request is served by. By them nothing is kept
 * in memory, and no directory is listed.
 *
 * @param delivery the one where the options tell none
 * @param toGlob compiles the globs of the options
 * @throws TypeError or RangeError for an option that means nothing, saying what to write instead
 */
export function toPolicy(
  options: StetOptions,
  delivery: DeliveryChoice = stream,
  toGlob: ToGlob = withoutGlobs,
): Policy {
  assertOptions(options);
  const cacheControl = toDefaultCacheControl(options, toGlob);
  return {
    target: { ...toNames(options), prefix: trimSlashes(options.prefix ?? "") },
    index: options.index === false ? [] : [options.index ?? "index.html"].flat(),
    extensions: (options.extensions ?? []).map((extension) => extension.replace(/^\./, "")),
    spa: toSinglePage(options.spa),
    redirect: options.redirect ?? true,
    absoluteRedirects: false,
    absolutePaths: undefined,
    list: undefined,
    ...toContentRules(options, cacheControl),
    type: toType(options.type),
    typeFromName: toTypeFromName(options),
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

/** The same rules for what `send` sends: that is for the one client who is allowed to have it. */
export function toSendPolicy(policy: Policy, options: StetOptions): Policy {
  return { ...policy, ...toContentRules(options, () => PRIVATE) };
}

/** The rules of `send`, but for files of which one call says whose they are. */
export function withUntrusted(
  policy: Policy,
  options: StetOptions,
  untrusted: SendOptions["untrusted"],
): Policy {
  return untrusted === undefined ? policy : toSendPolicy(policy, { ...options, untrusted });
}

function toContentRules(
  options: StetOptions,
  usual: (path: string) => string,
): Pick<Policy, "fields" | "judgeContent" | "isForeignFrame"> {
  const content = toContentPolicy(options.untrusted);
  return {
    fields: toFields(options, usual, content),
    judgeContent: content?.judge,
    isForeignFrame: content?.isForeignFrame,
  };
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
  { headers = {}, cacheControl }: StetOptions,
  usual: (path: string) => string,
  content: ContentPolicy | undefined,
): Policy["fields"] {
  const given = toGivenFields(headers);
  const vary = content?.isForeignFrame && FRAME_FIELDS;
  return (path) => {
    const fields = withDefaults(given(path), [
      ["Cache-Control", path === undefined ? undefined : cacheControlOf(path, cacheControl, usual)],
      ["X-Content-Type-Options", "nosniff"],
      ["Cross-Origin-Resource-Policy", content?.crossOriginResourcePolicy],
    ]);
    return withVary(fields, vary);
  };
}

function toGivenFields(headers: NonNullable<StetOptions["headers"]>): Policy["fields"] {
  if (typeof headers === "function") return (path) => (path === undefined ? [] : toFieldLines(headers(path)));
  const fixed = toFieldLines(headers);
  return () => fixed;
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
