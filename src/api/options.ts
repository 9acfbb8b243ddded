import type { UntrustedOptions } from "../access/content-policy.ts";
import type { Guard } from "../access/guard.ts";
import type { DeliveryChoice } from "../deliveries/choice.ts";
import type { DispositionType } from "../http/content-disposition.ts";
import type { Delivered } from "../observe/delivered.ts";
import type { FilesOptions } from "../sources/files.ts";
import type { Immutable } from "./immutable.ts";

/** The rules by which a source is served. Each has a default that is safe for files that anyone may read. */
export interface StetOptions extends Omit<FilesOptions, "freshFor"> {
  /**
   * The file that stands for its directory: one name, several in order of preference, or `false` for none.
   * Default: `"index.html"`.
   */
  readonly index?: string | readonly string[] | false;
  /**
   * Extensions tried in order where a name isn't there: with `["html"]`, `/about` gives `about.html`. Default: none.
   */
  readonly extensions?: readonly string[];
  /**
   * Names that begin with a dot: `"hide"` answers 404, `"serve"` serves them. `/.well-known/` is always served
   * (RFC 8615). Default: `"hide"`, since they hold what a tool put there (`.git`, `.env`), not what a site shows.
   */
  readonly dotfiles?: "hide" | "serve";
  /**
   * Whether names that Windows reads as something else (`con`, `page.php::$DATA`, `PROGRA~1`, a trailing dot) are
   * refused on every platform. On Windows they are always refused. Set it to `true` if you deploy the same files to
   * Windows and to another system, or if the folder is on a FAT, exFAT or SMB file system, which knows these aliases on
   * every system. Default: `false`.
   */
  readonly portableNames?: boolean;
  /**
   * The Cache-Control field: one value, a function of the path below the root, or `false` for none. It takes precedence over
   * `maxAge` and `immutable`, and over the default of `send`. Where a function returns undefined, these apply. Default:
   * `"no-cache"`: clients keep the file, and ask each time whether it has changed.
   */
  readonly cacheControl?: string | false | ((path: string) => string | undefined);
  /**
   * For how long clients use their copy of a file without asking: milliseconds, or a duration such as `"1d"` or `"2 hours"`. It
   * is sent as `max-age`, and has to be whole seconds (RangeError). Default: none.
   */
  readonly maxAge?: number | string;
  /**
   * Which files never change under their name: clients keep them for a year and don't ask (`max-age=31536000, immutable`).
   * `true` for those whose name holds a content hash as bundlers write it, see `isFingerprinted`; a glob (`"assets/**"`), a
   * `RegExp` or several of these; or a function. Each is matched against the path below the root, without a slash in front:
   * `"assets/app.js"`. Globs are those of picomatch, which `stet/web` leaves out. Default: `false`.
   */
  readonly immutable?: Immutable;
  /**
   * A single-page application's page: `true` for `"index.html"`, or its path. It answers with 200 a navigation to a path
   * without a file, also to `/users/jane.doe` or `/packages/x@4.17.21`. A missing script, style or image, and whatever is
   * below `/.well-known/`, is still a 404. It must be there when `stet()` is called. Default: `false`.
   */
  readonly spa?: boolean | string;
  /** Whether `/folder` is redirected (301) to `/folder/`. `false` answers 404. Default: `true`. */
  readonly redirect?: boolean;
  /**
   * Fields for every answer, or a function of the path below the root (not asked for an answer without a file). They
   * stand beside what stet decides (Content-Length, ETag, Content-Range, …), which can't be set here.
   */
  readonly headers?: HeaderMap | ((path: string) => HeaderMap);
  /**
   * The Content-Type by path, where the name doesn't tell it; undefined leaves the default. Default: by the name, text as UTF-8,
   * and `application/octet-stream` for a name that tells nothing.
   */
  readonly type?: (path: string) => string | undefined;
  /**
   * Media types by extension, beside and before those that are known: `{ ".foo": "text/x-foo" }`. An extension has its dot, and may
   * have several: `".d.ts"`. What a source or a content tells of itself, and `type`, take precedence. Default: none.
   */
  readonly types?: Readonly<Record<string, string>>;
  /**
   * The charset parameter of `text/*` types that are found by the name: such as `"iso-8859-1"`, or `false` for none, so that a
   * page's own `<meta charset>` counts. Default: `"utf-8"`.
   */
  readonly charset?: string | false;
  /**
   * Under a framework: whether a request that isn't ours (another method, a missing file) goes on to the next handler, and
   * a failure to the handler of errors. `false` answers both. Default: `true` where there is a next handler.
   */
  readonly fallthrough?: boolean;
  /**
   * The path under which the source stands, such as `"/static"`: taken off on a segment boundary, so `/static-other` is
   * outside. Not needed where the framework takes it off itself, as `app.use("/static", …)` does. Default: none.
   */
  readonly prefix?: string;
  /** Whether a directory without an index is answered with a page that lists it. Default: `false`. */
  readonly list?: boolean;
  /**
   * What is kept in memory of the files that were asked for: their validators, their answers' heads, and the bytes of
   * small ones. `false` keeps nothing, a number is `maxBytes`. Default: 64 MiB.
   *
   * A change on disk is seen by the next request, unless `freshFor` is more than 1. A file or a folder that was changed within the last 2 s isn't kept at
   * all.
   */
  readonly cache?: false | number | CacheOptions;
  /**
   * Decides who may have what; see `Guard`. With one, the default Cache-Control begins with `private`, and nothing is
   * kept in memory. `send` doesn't ask it: there the application has decided. Default: everyone may have everything.
   */
  readonly guard?: Guard;
  /**
   * Whether users have uploaded the files: then each is shown only where its type is harmless and saved otherwise, runs
   * and loads nothing in your origin, isn't embedded by another one's pages, and has no precompressed siblings unless
   * `precompressed` names some. Default: `false`, the files are your own.
   */
  readonly untrusted?: boolean | UntrustedOptions;
  /** Milliseconds after which a guard that gives no answer is a 503. Default: 10,000. */
  readonly guardTimeout?: number;
  /**
   * How the contents leave: `stream`, `zeroCopy`, `simple`, or a server in front that sends them, such as
   * `nginx({ "/": "/_private/" })`; all of them are exported by `stet/deliveries`. Default: what the environment variable
   * `STET_DELIVERY` says of the root, or `stream`.
   */
  readonly delivery?: DeliveryChoice;
  /**
   * Called once for each request that was answered, after its last byte or its abort. The same event is published on the
   * diagnostics channel `"stet:delivered"`. What it throws goes to `onError`.
   */
  readonly onDelivered?: (event: Delivered) => void;
  /**
   * Told of each failure that became a 403, 500 or 503 of ours, or broke off a content: the client learns nothing of its
   * cause. One that goes on to a framework is told to its handler of errors. Also told once of each precompressed
   * sibling that is skipped, since it is older than its file or states another length. Default: `console.error`.
   */
  readonly onError?: (error: unknown) => void;
}

export interface CacheOptions {
  /** Bytes that all that is kept may take. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Bytes of the largest file whose content is kept. Default: 256 KiB. */
  readonly maxFileBytes?: number;
  /**
   * For how many milliseconds a look at a file is relied on. 0 looks for each request; a folder that never changes once
   * it is deployed can do with minutes. Default: 1, and then only for requests that are handled in one go.
   */
  readonly freshFor?: number;
}

export type HeaderMap = Readonly<Record<string, string>>;

/** How one file that the application chose is sent. */
export interface SendOptions {
  /** The name under which the client saves it: any text; it is made safe for every client. */
  readonly as?: string | undefined;
  /**
   * `"attachment"` is saved, `"inline"` is shown. Default: `"attachment"` where `as` is given, otherwise the field is
   * left out and the client decides. With `untrusted`, a file whose type isn't to be shown is saved, whatever this says.
   */
  readonly disposition?: DispositionType | undefined;
  /** Whether a user has uploaded the file. Default: what the policy says of all. */
  readonly untrusted?: boolean | UntrustedOptions | undefined;
  /** The Content-Type. Default: by the file's name. */
  readonly type?: string;
  /**
   * The Cache-Control field; `false` for none. Default: the option `cacheControl` of `stet()`, or `"private, no-cache"`, whatever
   * `maxAge` and `immutable` say.
   */
  readonly cacheControl?: string | false;
}
