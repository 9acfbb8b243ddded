import { extname } from "node:path";

/**
 * @typedef {object} Kind
 * @property {string} type its Content-Type
 * @property {"image" | "video" | "page" | undefined} shown what a browser shows it as; undefined where it is only saved
 */

/**
 * What a browser shows without running it. No SVG and no HTML: they may hold programs.
 *
 * @type {ReadonlyMap<string, Kind>}
 */
const KINDS = new Map([
  [".gif", { type: "image/gif", shown: "image" }],
  [".jpeg", { type: "image/jpeg", shown: "image" }],
  [".jpg", { type: "image/jpeg", shown: "image" }],
  [".mp4", { type: "video/mp4", shown: "video" }],
  [".pdf", { type: "application/pdf", shown: "page" }],
  [".png", { type: "image/png", shown: "image" }],
  [".webm", { type: "video/webm", shown: "video" }],
  [".webp", { type: "image/webp", shown: "image" }],
]);

/** @type {Kind} */
const OTHER = { type: "application/octet-stream", shown: undefined };

/**
 * By the name alone: what the uploader says of the file isn't asked, nor is what stands in it.
 *
 * @param {string} title
 */
export function toKind(title) {
  return KINDS.get(extname(title).toLowerCase()) ?? OTHER;
}
