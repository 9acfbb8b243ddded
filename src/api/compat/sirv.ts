import type { Stats } from "node:fs";
import type { NodeHandler, NodeRequest, NodeResponse } from "../../adapters/node/handler.ts";
import { assertAmount, assertKnown, assertOneOf } from "../../sources/check-arguments.ts";
import type { StetOptions } from "../options.ts";
import { assertExtensions, assertFunction, assertNames } from "../validate-options.ts";
import { type SetHeaders, withSetHeaders } from "./set-headers.ts";

/** The options of sirv, with its defaults. */
export interface SirvOptions {
  /** Brotli's siblings (`app.js.br`) are offered. Default: `false`. */
  readonly brotli?: boolean;
  /** Cache-Control is `no-cache` with `etag`, `no-store` without. A change on disk is seen at once anyhow. Default: `false`. */
  readonly dev?: boolean;
  /** Names that begin with a dot are served. `/.well-known/` always is. Default: `false`. */
  readonly dotfiles?: boolean;
  /** Without effect, but for what it says in `dev`: each answer has its entity tag. */
  readonly etag?: boolean;
  /** Tried in order where a name isn't there, and of a directory's index. Default: `["html", "htm"]`. */
  readonly extensions?: readonly string[];
  /** gzip's siblings (`app.js.gz`) are offered. Default: `false`. */
  readonly gzip?: boolean;
  /** Paths, as patterns, where the single page isn't shown. `false` is a TypeError. */
  readonly ignores?: string | RegExp | readonly (string | RegExp)[] | false;
  /** Adds `immutable` to Cache-Control, where there is a `maxAge`. Default: `false`. */
  readonly immutable?: boolean;
  /** The `max-age` of Cache-Control in seconds. Default: none, and no Cache-Control. */
  readonly maxAge?: number;
  /** Called where there is no file, and no `next`. A method, as `setHeaders` of `ServeStaticOptions` is. Default: stet answers. */
  onNoMatch?(this: void, request: NodeRequest, response: NodeResponse): void;
  /** Sets fields on the response of each file, by the path that was asked for. It is called for each answer, at once. */
  setHeaders?(this: void, response: NodeResponse, pathname: string, stats: Stats): void;
  /** A single-page application's page: `true` for `index.html`, or its path. Default: `false`. */
  readonly single?: boolean | string;
}

const KNOWN: Readonly<Record<keyof SirvOptions, true>> = {
  brotli: true,
  dev: true,
  dotfiles: true,
  etag: true,
  extensions: true,
  gzip: true,
  ignores: true,
  immutable: true,
  maxAge: true,
  onNoMatch: true,
  setHeaders: true,
  single: true,
};

/**
 * The call of sirv: a handler for Polka, Express and `node:http`, by the names of sirv's options.
 *
 * @throws TypeError where the folder isn't there, or an option means nothing, saying what to write instead
 */
export function sirv(dir = ".", options: SirvOptions = {}): NodeHandler {
  assertSirvOptions(options);
  const node = toHandler(dir, toStetOptions(options), options);
  return options.onNoMatch === undefined ? node : calling(node, options.onNoMatch);
}

function assertSirvOptions(options: SirvOptions): void {
  assertKnown(options, KNOWN);
  for (const name of ["brotli", "dev", "dotfiles", "etag", "gzip", "immutable"] as const) {
    assertOneOf(name, options[name], [true, false]);
  }
  assertAmount("maxAge", options.maxAge);
  assertExtensions(options.extensions);
  assertNames("single", typeof options.single === "boolean" ? [] : options.single);
  for (const name of ["onNoMatch", "setHeaders"] as const) assertFunction(name, options[name]);
  if (options.ignores !== false || (options.single ?? false) === false) return;
  throw new TypeError(
    'The option "ignores" is one pattern or several, not false: a script that is missing must not become the page.',
  );
}

function toStetOptions(options: SirvOptions): StetOptions {
  const { brotli = false, gzip = false, dotfiles = false, extensions = ["html", "htm"] } = options;
  const codings = [...(brotli ? (["br"] as const) : []), ...(gzip ? (["gzip"] as const) : [])];
  return {
    cacheControl: toCacheControl(options),
    dotfiles: dotfiles ? "serve" : "hide",
    extensions,
    index: extensions.length === 0 ? false : extensions.map((extension) => `index.${extension}`),
    precompressed: codings.length === 0 ? false : codings,
  };
}

function toCacheControl({
  dev = false,
  etag = false,
  maxAge,
  immutable = false,
}: SirvOptions): string | false {
  if (dev) return etag ? "no-cache" : "no-store";
  if (maxAge === undefined) return false;
  if (immutable) return `public,max-age=${maxAge},immutable`;
  return `public,max-age=${maxAge}${maxAge === 0 ? ",must-revalidate" : ""}`;
}

function toHandler(dir: string, rules: StetOptions, options: SirvOptions): NodeHandler {
  const setHeaders = toSetHeaders(options.setHeaders);
  const files = (more: StetOptions = {}): NodeHandler =>
    withSetHeaders(dir, { ...rules, ...more }, setHeaders);
  const { single = false, extensions: [extension = "html"] = [] } = options;
  return single === false
    ? files()
    : // Hardly any file is at a path that is to get no page: nothing has to be kept of them.
      choosing(files({ spa: toPage(single, extension) }), files({ cache: false }), options);
}

/** sirv's function is given the path that was asked for, not the file's. */
function toSetHeaders(given: SirvOptions["setHeaders"]): SetHeaders | undefined {
  return given && (({ request, response }, _, stats) => given(response, pathnameOf(request), stats));
}

/** The page of a name without an extension is the file that has the first one. */
function toPage(single: true | string, extension: string): string {
  const name = single === true ? "index" : single;
  return name.includes(".") ? name : `${name}.${extension}`;
}

/** A path with an extension gets no page from sirv, whoever asks. */
const ANY_EXTENSION = /\/[A-Za-z\s\d~$._-]+\.\w+$/;

/** Hands a path that gets no page to the handler that knows none. */
function choosing(page: NodeHandler, files: NodeHandler, { dotfiles, ignores }: SirvOptions): NodeHandler {
  const patterns = [
    ANY_EXTENSION,
    dotfiles === true ? /\/\.\w/ : /\/\.well-known/,
    ...[ignores || []].flat().map((pattern) => new RegExp(pattern, "i")),
  ];
  return (request, response, next) => {
    const pathname = pathnameOf(request);
    const isIgnored = patterns.some((pattern) => pattern.test(pathname));
    return (isIgnored ? files : page)(request, response, next);
  };
}

/** Has a request without a `next` answered by the application where there is no file, and by stet where there is a failure. */
function calling(node: NodeHandler, onNoMatch: NonNullable<SirvOptions["onNoMatch"]>): NodeHandler {
  return (request, response, next) => {
    const instead = (error: unknown): void => {
      if (error === undefined) onNoMatch(request, response);
      else void node(request, response);
    };
    return node(request, response, next ?? instead);
  };
}

/** The path of a request, decoded where that is possible, as sirv gives it to functions and patterns. */
function pathnameOf({ url = "/" }: NodeRequest): string {
  const [pathname = ""] = url.split("?", 1);
  try {
    return decodeURI(pathname);
  } catch {
    return pathname;
  }
}
