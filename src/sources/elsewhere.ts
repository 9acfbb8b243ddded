import type { Representation } from "../decision/representation.ts";
import { toEntityTag, toLastModified } from "./given-validators.ts";
import { assertKnown, assertMediaType, show } from "./check-arguments.ts";
import { mediaTypeOf } from "./media-type.ts";
import { type Resource, type Source, SourceError } from "./source.ts";

/** What is known of a file whose bytes are on another machine: a row of a database, say. */
export interface FileElsewhere {
  /** Bytes. */
  readonly length: number;
  /** A Date, or milliseconds since the epoch. */
  readonly lastModified?: Date | number | undefined;
  /** The ETag field that the other machine sends with it, such as `'"v1"'`; default: none. */
  readonly entityTag?: string | undefined;
  /** Content-Type; by the name where it isn't given. */
  readonly type?: string | undefined;
}

/** Tells of the file at a canonical path; undefined where there is none. */
export type FindElsewhere = (path: string) => FileElsewhere | undefined | Promise<FileElsewhere | undefined>;

/**
 * Files that this machine doesn't have: the application tells what is to be known of them, stet judges, and a delivery such
 * as `nginx({…})` or `redirect({…})` lets another server send them.
 *
 * ```ts
 * stet(elsewhere((path) => rows.find(path)), { guard, delivery: nginx({ "/": "/_private/" }) });
 * ```
 *
 * @throws TypeError where `find` is no function
 */
export function elsewhere(find: FindElsewhere): Source {
  if (typeof find !== "function") {
    throw new TypeError(`elsewhere() takes a function of the path, not ${show(find)}.`);
  }
  return new ElsewhereSource(find);
}

class ElsewhereSource implements Source {
  readonly elsewhere = true;
  readonly #find: FindElsewhere;

  constructor(find: FindElsewhere) {
    this.#find = find;
  }

  async find(path: string): Promise<Resource | undefined> {
    // No application has a file without a name.
    const file = path === "" ? undefined : ((await this.#find(path)) ?? undefined);
    if (file === undefined) return undefined;
    const representation = describe(path, file);
    return {
      kind: "file",
      path,
      elsewhere: true,
      variants: [{ contentCoding: undefined }],
      look: () => Promise.resolve({ representation }),
      open: () => Promise.reject(new SourceError("failed", new Error(unsendable(path)))),
    };
  }
}

function unsendable(path: string): string {
  return `${show(path)} is elsewhere, and the delivery can't hand it over: map its path there.`;
}

const KNOWN: Readonly<Record<keyof FileElsewhere, true>> = {
  length: true,
  lastModified: true,
  entityTag: true,
  type: true,
};

/** @throws TypeError where it doesn't tell what is to be known */
function describe(path: string, file: FileElsewhere): Representation {
  assertKnown(file, KNOWN);
  const { length, lastModified, entityTag, type } = file;
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new TypeError(`The "length" of ${show(path)} is its number of bytes, not ${show(length)}.`);
  }
  if (type !== undefined) assertMediaType("type", type);
  return {
    contentCoding: undefined,
    mediaType: type ?? mediaTypeOf(path),
    mediaTypeFromName: type === undefined,
    length,
    acceptRanges: true,
    validators: { entityTag: toEntityTag(entityTag), lastModified: toLastModified(lastModified) },
  };
}
