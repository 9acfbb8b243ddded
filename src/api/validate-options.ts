import {
  assertAmount,
  assertDisposition,
  assertKnown,
  assertMediaType,
  assertOneOf,
  isRecord,
  show,
} from "../sources/check-arguments.ts";
import { simple, stream, zeroCopy } from "../deliveries/choice.ts";
import { assertCacheControl, toFieldLines } from "./field-lines.ts";
import { assertUntrusted } from "./validate-untrusted.ts";
import type { CacheOptions, SendOptions, StetOptions } from "./options.ts";

/** Every option, so that a misspelt one is told and not silently ignored. */
const KNOWN: Readonly<Record<keyof StetOptions, true>> = {
  appendOnly: true,
  blocking: true,
  cache: true,
  cacheControl: true,
  charset: true,
  delivery: true,
  dotfiles: true,
  entityTag: true,
  entityTags: true,
  extensions: true,
  fallthrough: true,
  guard: true,
  guardTimeout: true,
  headers: true,
  immutable: true,
  index: true,
  list: true,
  maxAge: true,
  neverOverwritten: true,
  onDelivered: true,
  onError: true,
  portableNames: true,
  precompressed: true,
  prefix: true,
  redirect: true,
  spa: true,
  type: true,
  types: true,
  untrusted: true,
};

/** @throws TypeError that names the option and says what to write instead */
export function assertOptions(options: StetOptions): void {
  assertKnown(options, KNOWN);
  assertOneOf("dotfiles", options.dotfiles, ["hide", "serve"]);
  for (const name of [
    "appendOnly",
    "blocking",
    "fallthrough",
    "list",
    "neverOverwritten",
    "portableNames",
    "redirect",
  ] as const) {
    assertOneOf(name, options[name], [true, false]);
  }
  for (const name of ["guard", "type", "onDelivered", "onError"] as const)
    assertFunction(name, options[name]);
  assertAmount("guardTimeout", options.guardTimeout);
  assertNames("index", options.index === false ? [] : options.index);
  assertExtensions(options.extensions);
  assertNames("spa", typeof options.spa === "boolean" ? [] : options.spa);
  assertPrefix(options.prefix);
  assertCache(options.cache);
  assertDelivery(options);
  assertHeaders(options.headers);
  assertUntrusted(options.untrusted);
  assertNoPageOfStrangers(options);
  if (typeof options.cacheControl !== "function") assertCacheControlOption(options.cacheControl);
}

/** Every option of one call, for the same reason. */
const KNOWN_OF_SEND: Readonly<Record<keyof SendOptions, true>> = {
  as: true,
  cacheControl: true,
  disposition: true,
  type: true,
  untrusted: true,
};

/** @throws TypeError that names the option and says what to write instead */
export function assertSendOptions(options: SendOptions): void {
  assertKnown(options, KNOWN_OF_SEND);
  assertDisposition(options);
  assertUntrusted(options.untrusted);
  if (options.type !== undefined) assertMediaType("type", options.type);
  assertCacheControlOption(options.cacheControl);
}

/**
 * A root that is there but leads nowhere is a mistake: to go on without one would trust what a user wrote.
 *
 * @throws TypeError that names the option and says what to write instead
 */
export function assertSendfileOptions(options: SendOptions & { readonly root?: unknown }): void {
  assertKnown(options, { ...KNOWN_OF_SEND, root: true });
  if (!("root" in options) || (typeof options.root === "string" && options.root !== "")) return;
  throw new TypeError(
    `The option "root" is a folder such as "/srv/reports", not ${show(options.root)}: leave it out to trust the filename.`,
  );
}

const OF_SOURCE = [
  "precompressed",
  "appendOnly",
  "neverOverwritten",
  "blocking",
  "entityTags",
  "entityTag",
] as const;

/** What says how files are read means nothing for a source that is already there. */
export function assertOptionsOfSource(options: StetOptions): void {
  for (const name of OF_SOURCE) {
    if (options[name] === undefined) continue;
    throw new TypeError(`"${name}" is an option of the source: write stet(files(root, { ${name}: … }), …).`);
  }
  if (typeof options.cache === "object" && options.cache.freshFor !== undefined) {
    throw new TypeError(
      '"freshFor" is an option of the source: write stet(files(root, { freshFor: … }), …).',
    );
  }
}

/** @throws TypeError for an option that only the whole of stet has */
export function assertOptionsOfWeb(options: StetOptions): void {
  for (const name of ["cache", "list"] as const) {
    if (options[name] === undefined) continue;
    throw new TypeError(
      `The option "${name}" isn't in "stet/web", nor where "stet" stands for it: leave it out.`,
    );
  }
}

function assertDelivery({ delivery, neverOverwritten, appendOnly }: StetOptions): void {
  if (delivery === undefined) return;
  const known: unknown = delivery;
  if (known !== stream && known !== zeroCopy && known !== simple && !isFrontLike(known)) {
    throw new TypeError(
      `The option "delivery" is stream, zeroCopy, simple or one such as nginx({ "/": "/_private/" }), from "stet/deliveries", not ${show(known)}.`,
    );
  }
  if (known === zeroCopy && (neverOverwritten === false || appendOnly === true)) {
    throw new TypeError(
      'The delivery zeroCopy is for files that are never written over: leave out "neverOverwritten: false" and "appendOnly".',
    );
  }
}

function isFrontLike(value: unknown): boolean {
  return isRecord(value) && typeof value["handOver"] === "function" && typeof value["name"] === "string";
}

/** @throws TypeError unless it is undefined or a function */
export function assertFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`The option "${option}" is a function, not ${show(value)}.`);
}

function assertCacheControlOption(value: unknown): void {
  if (value !== undefined && value !== false) assertCacheControl(value);
}

function assertHeaders(headers: StetOptions["headers"]): void {
  if (headers !== undefined && typeof headers !== "function") toFieldLines(headers);
}

/** @throws TypeError unless it is undefined or an array of names */
export function assertExtensions(extensions: unknown): void {
  if (extensions !== undefined && !Array.isArray(extensions)) {
    throw new TypeError(`The option "extensions" is an array such as ["html"], not ${show(extensions)}.`);
  }
  assertNames("extensions", extensions);
}

/** @throws TypeError unless each is a path below the root */
export function assertNames(option: string, given: unknown): void {
  const names: readonly unknown[] = given === undefined ? [] : [given].flat();
  for (const name of names) {
    if (typeof name !== "string" || name === "" || /^\/|(?:^|\/)\.\.?(?:\/|$)/.test(name)) {
      throw new TypeError(
        `The option "${option}" names files below the root, such as "index.html", not ${show(name)}.`,
      );
    }
  }
}

function assertPrefix(prefix: unknown): void {
  if (prefix === undefined) return;
  if (typeof prefix === "string" && prefix.startsWith("/") && !/[?#%\\]|\/\//.test(prefix)) return;
  throw new TypeError(
    `The option "prefix" is a decoded path such as "/static", not ${show(prefix)}: begin it with "/".`,
  );
}

/** A page that stands in for every other one runs in the whole site, and whoever may upload one could put it there. */
function assertNoPageOfStrangers({ spa = false, untrusted = false }: StetOptions): void {
  if (spa === false || untrusted === false) return;
  throw new TypeError(
    'The option "spa" shows a page of the root, and "untrusted" says that users have uploaded what is there: make two policies, stet("dist", { spa: true }) and stet("uploads", { untrusted: true }).',
  );
}

const KNOWN_OF_CACHE: Readonly<Record<keyof CacheOptions, true>> = {
  freshFor: true,
  maxBytes: true,
  maxFileBytes: true,
};

function assertCache(cache: unknown): void {
  if (cache === undefined || cache === false) return;
  if (typeof cache === "number" && cache >= 0) return;
  if (!isRecord(cache) || cache instanceof Map) {
    throw new TypeError(
      `The option "cache" is a number of bytes, false for nothing, or { maxBytes, maxFileBytes, freshFor }, not ${show(cache)}.`,
    );
  }
  assertKnown(cache, KNOWN_OF_CACHE);
  for (const [name, value] of Object.entries(cache)) {
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw new TypeError(`"${name}" of the option "cache" is a number from 0 on, not ${show(value)}.`);
  }
}
