import { type HeaderMap, type Source, stet, type Stet, type StetOptions } from "../../index.ts";
import { UsageError } from "../errors.ts";
import type { Log } from "./log.ts";

/** The flags that say how files are answered. */
export interface PolicyFlags {
  readonly dotfiles?: true;
  readonly cacheControl?: string;
  /** Milliseconds. */
  readonly maxAge?: number;
  /** A glob, or `true`. */
  readonly immutable?: string | true;
  /** `false` for --no-index. */
  readonly index?: string | false;
  readonly spa?: true;
  readonly cors?: true;
  readonly list?: true;
  readonly untrusted?: true;
  readonly neverOverwritten?: true;
  readonly entityTags: "modified" | "content";
}

/** Every page may read every file and every field of its answer: none of it depends on who asks. */
const CORS: HeaderMap = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "*",
  "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
  "Access-Control-Allow-Headers": "*",
};

/** @throws UsageError for a flag, or `STET_LARGE`, whose value means nothing */
export function toPolicyObject(root: Source, flags: PolicyFlags, log: Log): Stet {
  if (flags.spa === true && flags.untrusted === true) {
    throw new UsageError(
      "--spa shows a page of the folder to everybody, and --untrusted says that strangers have uploaded what is in it.",
      "Run one server for the application, and another for the uploads.",
    );
  }
  try {
    return stet(root, toOptions(flags, log));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new UsageError(inFlags(error.message), "See `stet serve --help`.");
  }
}

/** An error of `stet()` in terms of the flags: `--max-age` for the option "maxAge". */
function inFlags(message: string): string {
  return message.replaceAll(
    /the option "(\w+)"/gi,
    (_, option: string) => `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
}

function toOptions(flags: PolicyFlags, log: Log): StetOptions {
  const { dotfiles, cacheControl, maxAge, immutable, index, spa, cors, list, untrusted } = flags;
  return {
    dotfiles: dotfiles ? "serve" : "hide",
    list: list === true,
    // Whoever may read a file may embed it, too.
    untrusted: untrusted === true && (cors === true ? { crossOriginResourcePolicy: "cross-origin" } : true),
    spa: spa === true && pageOf(flags),
    ...(index === undefined ? {} : { index }),
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(immutable === undefined ? {} : { immutable }),
    ...(cors ? { headers: CORS } : {}),
    onDelivered: log.delivered,
    onError: log.failed,
  };
}

/** The page of a single-page application is the index, whatever its name. */
export function pageOf({ index }: Pick<PolicyFlags, "index">): string {
  return index || "index.html";
}
