import type { Representation, Validators } from "../decision/representation.ts";
import type { OpenRepresentation, Standing } from "./source.ts";

/** Bytes at hand as an open representation: strongly tagged by what they are, unless a tag is given. */
export async function openBytes(
  bytes: Uint8Array<ArrayBuffer>,
  about: {
    readonly mediaType: string;
    readonly mediaTypeFromName?: boolean;
    readonly contentCoding?: string | undefined;
    readonly standing?: Standing;
  } & Partial<Validators>,
): Promise<OpenRepresentation> {
  const representation: Representation = {
    contentCoding: about.contentCoding,
    mediaType: about.mediaType,
    mediaTypeFromName: about.mediaTypeFromName ?? false,
    length: bytes.length,
    validators: {
      entityTag: about.entityTag ?? (await hashTag(bytes, about.contentCoding)),
      lastModified: about.lastModified,
    },
    acceptRanges: true,
  };
  return {
    representation,
    standing: about.standing,
    bytes,
    read(into, position) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return Promise.resolve(part.length);
    },
    close() {
      // Held by reference: there is nothing to let go.
    },
  };
}

/** The same on every machine with the same bytes; two codings that come to the same bytes have two tags. */
async function hashTag(
  bytes: Uint8Array<ArrayBuffer>,
  contentCoding: string | undefined,
): Promise<Validators["entityTag"]> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const opaque = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { opaque: contentCoding === undefined ? opaque : `${opaque}-${contentCoding}`, weak: false };
}
