import { toAdmit } from "../access/guard.ts";
import { type DeliveryChoice, isFront, simple, stream } from "../deliveries/choice.ts";
import { formatContentDisposition } from "../http/content-disposition.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { listingOf } from "../listing/listing.ts";
import type { FilePolicy } from "../serve/file-policy.ts";
import { safely } from "../observe/report.ts";
import { KnownFiles } from "../serve/known-files.ts";
import type { Policy } from "../serve/policy.ts";
import { assertMediaType } from "../sources/check-arguments.ts";
import type { TargetPolicy } from "../target/parse-target.ts";
import { isFingerprinted } from "./fingerprinted.ts";
import type { CacheOptions, SendOptions, StetOptions } from "./options.ts";
import { assertCacheControl, toFieldLines } from "./field-lines.ts";
import { assertOptions } from "./validate-options.ts";

const REVALIDATED = "no-cache";
const PRIVATE = "private, no-cache";
const IMMUTABLE = "public, max-age=31536000, immutable";

/**
 * Reads the options once, into the rules that each request is served by.
 *
 * @param delivery the one where the options tell none
 * @throws TypeError for an option that means nothing, saying what to write instead
 */
export function toPolicy(options: StetOptions, delivery: DeliveryChoice = stream): Policy {
  assertOptions(options);
  const sending = toSending(options.delivery ?? delivery);
  const names = toNames(options);
  return {
    target: { ...names, prefix: trimSlashes(options.prefix ?? "") },
    index: options.index === false ? [] : [options.index ?? "index.html"].flat(),
    extensions: (options.extensions ?? []).map((extension) => extension.replace(/^\./, "")),
    spa: toSinglePage(options.spa),
    redirect: options.redirect ?? true,
    list: options.list === true ? listingOf(names) : undefined,
    fields: toFields(options),
    type: toType(options.type),
    admit: options.guard && toAdmit(options.guard, options.guardTimeout ?? GUARD_TIMEOUT),
    ...sending,
    // Who may have something is asked anew for each request, and its path is found for that; a front keeps by itself.
    known:
      options.guard === undefined && sending.front === undefined ? toKnownFiles(options.cache) : undefined,
    onError: safely(options.onError ?? logError),
    clock: Date.now,
  };
}

function toSinglePage(spa: StetOptions["spa"] = false): string | undefined {
  if (spa === false) return undefined;
  return spa === true ? "index.html" : spa;
}

function toNames({ dotfiles = "hide", portableNames = true }: StetOptions): Omit<TargetPolicy, "prefix"> {
  return { dotfiles, portableNames, windows: isWindows() };
}

function toSending(delivery: DeliveryChoice): Pick<Policy, "front" | "whole"> {
  return { front: isFront(delivery) ? delivery : undefined, whole: delivery === simple };
}

/** Milliseconds. */
const GUARD_TIMEOUT = 10_000;

const MEBIBYTE = 1024 * 1024;

function toKnownFiles(cache: StetOptions["cache"]): KnownFiles | undefined {
  const { maxBytes = 64 * MEBIBYTE, maxFileBytes = MEBIBYTE / 4 } = toCacheOptions(cache);
  return maxBytes === 0 ? undefined : new KnownFiles({ maxBytes, maxFileBytes });
}

/** The short forms of the option, written out. */
export function toCacheOptions(cache: StetOptions["cache"]): CacheOptions {
  if (cache === false) return { maxBytes: 0 };
  return typeof cache === "number" ? { maxBytes: cache } : (cache ?? {});
}

/** The rules for one file that the application chose: the policy's, but for what the call says. */
export function toFilePolicy(policy: Policy, path: string, send: SendOptions): FilePolicy {
  const { as, disposition = as === undefined ? undefined : "attachment", cacheControl } = send;
  const own: readonly (readonly [string, string | undefined | false])[] = [
    ["Cache-Control", cacheControl],
    ["Content-Disposition", disposition && formatContentDisposition(disposition, as)],
  ];
  const said = new Set(own.filter(([, value]) => value !== undefined).map(([name]) => name.toLowerCase()));
  const kept = policy.fields(path).filter(([name]) => !said.has(name.toLowerCase()));
  return {
    path,
    fields: [...kept, ...own.filter(isFieldLine)],
    type: send.type ?? policy.type(path),
    clock: policy.clock,
    front: policy.front,
    whole: policy.whole,
  };
}

function isFieldLine(line: readonly [string, string | undefined | false]): line is FieldLine {
  return typeof line[1] === "string";
}

/** What the application's function gives is known only when it is asked: its TypeError becomes a 500. */
function toType(given: StetOptions["type"]): Policy["type"] {
  return (path) => {
    const type = given?.(path) ?? undefined;
    if (type !== undefined) assertMediaType("type", type);
    return type;
  };
}

function toFields({ headers = {}, guard, cacheControl }: StetOptions): Policy["fields"] {
  const given = toGivenFields(headers);
  const usual = guard === undefined ? publicCacheControl : (): string => PRIVATE;
  return (path) =>
    withDefaults(given(path), [
      ["Cache-Control", path === undefined ? undefined : cacheControlOf(path, cacheControl, usual)],
      ["X-Content-Type-Options", "nosniff"],
    ]);
}

function toGivenFields(headers: NonNullable<StetOptions["headers"]>): Policy["fields"] {
  if (typeof headers === "function") return (path) => (path === undefined ? [] : toFieldLines(headers(path)));
  const fixed = toFieldLines(headers);
  return () => fixed;
}

/** What the application says of a field stands instead of the default. */
function withDefaults(
  given: readonly FieldLine[],
  defaults: readonly (readonly [string, string | undefined])[],
): readonly FieldLine[] {
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const missing = defaults.filter(
    (line): line is FieldLine => line[1] !== undefined && !names.has(line[0].toLowerCase()),
  );
  return [...missing, ...given];
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
