import type { FieldLine } from "../http/request-fields.ts";
import type { CacheOptions, HeaderMap, SendOptions, StetOptions } from "./options.ts";

/** Every option, so that a misspelt one is told and not silently ignored. */
const KNOWN: Readonly<Record<keyof StetOptions, true>> = {
  appendOnly: true,
  cache: true,
  cacheControl: true,
  dotfiles: true,
  extensions: true,
  fallthrough: true,
  headers: true,
  index: true,
  list: true,
  onDelivered: true,
  onError: true,
  portableNames: true,
  precompressed: true,
  prefix: true,
  redirect: true,
  spa: true,
  type: true,
};

/** What stet decides for each answer, and what the connection owns. */
const OWN_FIELDS: ReadonlyMap<string, string> = new Map([
  ["accept-ranges", "stet tells it by itself"],
  ["connection", "the server tells it by itself"],
  ["content-encoding", "put a precompressed sibling beside the file"],
  ["content-length", "stet tells it by itself"],
  ["content-range", "stet tells it by itself"],
  ["content-type", "use the option `type`"],
  ["date", "stet tells it by itself"],
  ["etag", "stet tells it by itself"],
  ["last-modified", "stet tells it by itself"],
  ["transfer-encoding", "the server tells it by itself"],
]);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** @throws TypeError that names the option and says what to write instead */
export function assertOptions(options: StetOptions): void {
  assertKnown(options, KNOWN);
  assertOneOf("dotfiles", options.dotfiles, ["hide", "serve"]);
  for (const name of ["appendOnly", "fallthrough", "list", "portableNames", "redirect"] as const) {
    assertOneOf(name, options[name], [true, false]);
  }
  assertNames("index", options.index === false ? [] : [options.index ?? []].flat());
  assertNames("extensions", options.extensions ?? []);
  assertNames("spa", typeof options.spa === "string" ? [options.spa] : []);
  assertPrefix(options.prefix);
  assertCache(options.cache);
  if (typeof options.cacheControl === "string") assertFieldValue("cacheControl", options.cacheControl);
}

/** Every option of one call, for the same reason. */
const KNOWN_OF_SEND: Readonly<Record<keyof SendOptions, true>> = {
  as: true,
  cacheControl: true,
  disposition: true,
  type: true,
};

/** @throws TypeError that names the option and says what to write instead */
export function assertSendOptions(options: SendOptions): void {
  assertKnown(options, KNOWN_OF_SEND);
  assertOneOf("disposition", options.disposition, ["inline", "attachment"]);
  if (options.as !== undefined && typeof options.as !== "string") {
    throw new TypeError(`The option "as" is a name for the file, not ${JSON.stringify(options.as)}.`);
  }
  if (options.type !== undefined) assertFieldValue("type", options.type);
  if (options.cacheControl !== undefined && options.cacheControl !== false) {
    assertFieldValue("cacheControl", options.cacheControl);
  }
}

/** What says how files are read means nothing for a source that is already there. */
export function assertOptionsOfSource(options: StetOptions): void {
  for (const name of ["precompressed", "appendOnly"] as const) {
    if (options[name] === undefined) continue;
    throw new TypeError(`"${name}" is an option of the source: write stet(files(root, { ${name}: … }), …).`);
  }
  if (typeof options.cache === "object" && options.cache.freshFor !== undefined) {
    throw new TypeError(
      '"freshFor" is an option of the source: write stet(files(root, { freshFor: … }), …).',
    );
  }
}

function assertKnown(options: object, known: Readonly<Record<string, true>>): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    throw new TypeError(`There is no option "${name}". The options are: ${Object.keys(known).join(", ")}.`);
  }
}

function assertOneOf(option: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  const choices = allowed.map((choice) => JSON.stringify(choice)).join(" or ");
  throw new TypeError(`The option "${option}" is ${choices}, not ${JSON.stringify(value)}.`);
}

function assertNames(option: string, names: readonly string[]): void {
  for (const name of names) {
    if (typeof name !== "string" || name === "" || /^\/|(?:^|\/)\.\.?(?:\/|$)/.test(name)) {
      throw new TypeError(
        `The option "${option}" names files below the root, such as "index.html", not ${JSON.stringify(name)}.`,
      );
    }
  }
}

function assertPrefix(prefix: string | undefined): void {
  if (prefix === undefined || (prefix.startsWith("/") && !/[?#%\\]|\/\//.test(prefix))) return;
  throw new TypeError(
    `The option "prefix" is a decoded path such as "/static", not ${JSON.stringify(prefix)}: begin it with "/".`,
  );
}

const KNOWN_OF_CACHE: Readonly<Record<keyof CacheOptions, true>> = {
  freshFor: true,
  maxBytes: true,
  maxFileBytes: true,
};

function assertCache(cache: StetOptions["cache"]): void {
  if (cache === undefined || cache === false) return;
  const numbers = typeof cache === "object" ? cache : { maxBytes: cache };
  assertKnown(numbers, KNOWN_OF_CACHE);
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw new TypeError(
      `"${name}" of the option "cache" is a number from 0 on, not ${JSON.stringify(value)}.`,
    );
  }
}

/** The fields of a map. @throws TypeError for one that stet decides, or that can't be sent */
export function toFieldLines(headers: HeaderMap): readonly FieldLine[] {
  return Object.entries(headers).map(([name, value]) => {
    const instead = OWN_FIELDS.get(name.toLowerCase());
    if (instead !== undefined)
      throw new TypeError(`The field ${name} can't be set by \`headers\`: ${instead}.`);
    if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} is no field name.`);
    assertFieldValue(name, value);
    return [name, value];
  });
}

function assertFieldValue(name: string, value: unknown): void {
  if (typeof value === "string" && FIELD_VALUE.test(value)) return;
  throw new TypeError(`${name} can't be ${JSON.stringify(value)}: use printable text on one line.`);
}
