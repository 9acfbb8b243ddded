import { type MediaType, parseMediaType } from "../http/media-type.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { JudgeContent } from "../serve/content-judgement.ts";
import { type IsForeignFrame, toForeignFrames } from "./frames.ts";

/** How files are answered that users have uploaded. Whatever isn't said here is as with `untrusted: true`. */
export interface UntrustedOptions {
  /**
   * The media types that a browser shows; all others are saved. `"image/*"`, `"audio/*"` and `"video/*"` stand for all
   * of their kind but XML, which can hold scripts: SVG has to be named. Default: these three, `"application/pdf"` and
   * `"text/plain"`.
   */
  readonly inline?: readonly string[];
  /**
   * The Content-Security-Policy of every file, or `false` for none. Default: by its type, `"default-src 'none'; sandbox"`
   * with what browsers' own viewers of images, media and PDF need.
   */
  readonly contentSecurityPolicy?: string | false;
  /**
   * Whose pages may embed the files, or `false` for no such field. In a frame of any other page each request is a 404, as if
   * there were no file. Default: `"same-origin"`.
   */
  readonly crossOriginResourcePolicy?: CrossOriginResourcePolicy | false;
}

export type CrossOriginResourcePolicy = "same-origin" | "same-site" | "cross-origin";

/** What a user's files are answered with, and what is made of each. */
export interface ContentPolicy {
  /**
   * The Cross-Origin-Resource-Policy of all answers, errors too: otherwise another site's page could tell by the
   * difference which files a visitor may have.
   */
  readonly crossOriginResourcePolicy: CrossOriginResourcePolicy | undefined;
  /** Which requests are refused whatever exists; undefined for none. The answers to all others then vary by their fields. */
  readonly isForeignFrame: IsForeignFrame | undefined;
  readonly judge: JudgeContent;
}

const SHOWN = ["image/*", "audio/*", "video/*", "application/pdf", "text/plain"];

/** Nothing runs, nothing loads, and it is of no origin. */
const INERT = "default-src 'none'; sandbox";

const VIEWED_MEDIA =
  "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin";

/**
 * What the viewers need that browsers have built in (decisions/0021-content-policy.md). Images and media are put into a
 * page with inline styles. Media are then loaded once more by that page, which can't be done from no origin. Safari shows
 * no PDF in a sandbox, and Chromium's viewer stands outside of it.
 */
const VIEWED: ReadonlyMap<string, string> = new Map([
  ["image", "default-src 'none'; style-src 'unsafe-inline'; sandbox"],
  ["audio", VIEWED_MEDIA],
  ["video", VIEWED_MEDIA],
  ["application/pdf", "default-src 'none'; style-src 'unsafe-inline'"],
]);

/**
 * Of files that strangers have named, none stands for another one: whoever uploads a `report.pdf.gz` would otherwise say
 * what `report.pdf` holds.
 */
export const WITHOUT_SIBLINGS: { readonly precompressed: false } = { precompressed: false };

/** The rules for files that strangers may have made; undefined where they are the application's own. */
export function toContentPolicy(
  untrusted: boolean | UntrustedOptions | undefined,
): ContentPolicy | undefined {
  if (untrusted === undefined || untrusted === false) return undefined;
  const options: UntrustedOptions = untrusted === true ? {} : untrusted;
  const { inline = SHOWN, contentSecurityPolicy, crossOriginResourcePolicy = "same-origin" } = options;
  const allowed = new Set(inline.map((type) => type.toLowerCase()));
  return {
    crossOriginResourcePolicy: crossOriginResourcePolicy === false ? undefined : crossOriginResourcePolicy,
    isForeignFrame: toForeignFrames(crossOriginResourcePolicy),
    judge: (sent) => {
      const type = sent === undefined ? undefined : parseMediaType(sent);
      const shown = type !== undefined && isAllowed(type, allowed);
      const usual = shown ? policyOfViewer(type) : INERT;
      return { shown, fields: toFields(shown, contentSecurityPolicy ?? usual) };
    },
  };
}

function isAllowed({ type, subtype }: MediaType, allowed: ReadonlySet<string>): boolean {
  return allowed.has(`${type}/${subtype}`) || (allowed.has(`${type}/*`) && !subtype.endsWith("+xml"));
}

function policyOfViewer({ type, subtype }: MediaType): string {
  return VIEWED.get(type) ?? VIEWED.get(`${type}/${subtype}`) ?? INERT;
}

function toFields(shown: boolean, policy: string | false): readonly FieldLine[] {
  return [
    ...(shown ? [] : [["Content-Disposition", "attachment"] as const]),
    ...(policy === false ? [] : [["Content-Security-Policy", policy] as const]),
  ];
}
