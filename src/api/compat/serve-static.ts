import type { Stats } from "node:fs";
import type { NodeHandler, NodeResponse } from "../../adapters/node/handler.ts";
import { assertKnown, assertOneOf } from "../../sources/check-arguments.ts";
import type { StetOptions } from "../options.ts";
import { assertFunction } from "../validate-options.ts";
import { toMaxAge } from "./max-age.ts";
import { withSetHeaders } from "./set-headers.ts";

/** The options of serve-static, with its defaults. */
export interface ServeStaticOptions {
  /** Ranges can't be turned off: `false` is a TypeError. Default: `true`. */
  readonly acceptRanges?: boolean;
  /** `false` sends no Cache-Control, whatever `maxAge` and `immutable` say. Default: `true`. */
  readonly cacheControl?: boolean;
  /** `"deny"` and `"ignore"` both hide the names that begin with a dot. Default: `"ignore"`. */
  readonly dotfiles?: "allow" | "deny" | "ignore";
  /** Without effect: each answer has its entity tag, by which a download that was cut is resumed safely. */
  readonly etag?: boolean;
  /** Extensions tried in order where a name isn't there. Default: `false`, none. */
  readonly extensions?: string | readonly string[] | false;
  /** `false` hands a file that isn't there to `next` as an error, in place of calling `next()`. Default: `true`. */
  readonly fallthrough?: boolean;
  /** Adds `immutable` to Cache-Control. Default: `false`. */
  readonly immutable?: boolean;
  /** The file that stands for its directory, several in order of preference, or `false`. Default: `"index.html"`. */
  readonly index?: string | readonly string[] | false;
  /** Without effect: each answer has its Last-Modified. */
  readonly lastModified?: boolean;
  /** The `max-age` of Cache-Control: milliseconds, or a duration such as `"1d"`. Default: 0. */
  readonly maxAge?: number | string;
  /** Whether a directory is redirected to its name with a slash. Default: `true`. */
  readonly redirect?: boolean;
  /**
   * Sets fields on the response of each file, by its absolute path. It is called for each answer, at once. A method, so that
   * it may be written for the response of one framework, such as Express's.
   */
  setHeaders?(this: void, response: NodeResponse, path: string, stats: Stats): unknown;
}

const KNOWN: Readonly<Record<keyof ServeStaticOptions, true>> = {
  acceptRanges: true,
  cacheControl: true,
  dotfiles: true,
  etag: true,
  extensions: true,
  fallthrough: true,
  immutable: true,
  index: true,
  lastModified: true,
  maxAge: true,
  redirect: true,
  setHeaders: true,
};

/**
 * The call of serve-static: a handler for Express and connect, by the names of serve-static's options.
 *
 * @throws TypeError where the folder isn't there, or an option means nothing, saying what to write instead
 */
export function serveStatic(root: string, options: ServeStaticOptions = {}): NodeHandler {
  assertServeStaticOptions(options);
  const { setHeaders, fallthrough = true } = options;
  const node = withSetHeaders(
    root,
    toStetOptions(options),
    setHeaders && (({ response }, file, stats) => setHeaders(response, file, stats)),
    { absoluteRedirects: true },
  );
  return fallthrough ? node : failing(node);
}

function assertServeStaticOptions(options: ServeStaticOptions): void {
  assertKnown(options, KNOWN);
  for (const name of [
    "cacheControl",
    "etag",
    "fallthrough",
    "immutable",
    "lastModified",
    "redirect",
  ] as const) {
    assertOneOf(name, options[name], [true, false]);
  }
  assertOneOf("dotfiles", options.dotfiles, ["allow", "deny", "ignore"]);
  assertFunction("setHeaders", options.setHeaders);
  if (options.acceptRanges ?? true) return;
  throw new TypeError(
    'The option "acceptRanges" is true: leave it out. By ranges a download that was cut is resumed, and stet never splices two versions.',
  );
}

function toStetOptions({
  cacheControl = true,
  dotfiles = "ignore",
  extensions = false,
  immutable = false,
  index = "index.html",
  maxAge = 0,
  redirect = true,
}: ServeStaticOptions): StetOptions {
  const seconds = toMaxAge(maxAge);
  return {
    cacheControl: cacheControl && `public, max-age=${seconds}${immutable ? ", immutable" : ""}`,
    dotfiles: dotfiles === "allow" ? "serve" : "hide",
    extensions: extensions === false ? [] : [extensions].flat(),
    index,
    precompressed: false,
    redirect,
  };
}

/** Hands what isn't there to `next` as an error, and answers each method, as serve-static does without `fallthrough`. */
function failing(node: NodeHandler): NodeHandler {
  return (request, response, next) => {
    if (next === undefined || (request.method !== "GET" && request.method !== "HEAD"))
      return node(request, response);
    return node(request, response, (error = notFound()) => next(error));
  };
}

/** An error of the form that Express and connect answer by. */
function notFound(): Error {
  return Object.assign(new Error("Not Found"), { status: 404, statusCode: 404, expose: true });
}
