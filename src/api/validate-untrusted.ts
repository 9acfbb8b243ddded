import type { UntrustedOptions } from "../access/content-policy.ts";
import { parseMediaType } from "../http/media-type.ts";
import { assertKnown, assertOneOf, isRecord, show } from "../sources/check-arguments.ts";
import { toFieldLines } from "./field-lines.ts";

const KNOWN: Readonly<Record<keyof UntrustedOptions, true>> = {
  contentSecurityPolicy: true,
  crossOriginResourcePolicy: true,
  inline: true,
};

/** @throws TypeError that says what to write instead */
export function assertUntrusted(untrusted: unknown): void {
  if (untrusted === undefined || typeof untrusted === "boolean") return;
  if (!isRecord(untrusted)) {
    throw new TypeError(
      `The option "untrusted" is true, false, or an object such as { inline: ["image/*"] }, not ${show(untrusted)}.`,
    );
  }
  assertKnown(untrusted, KNOWN);
  const { contentSecurityPolicy, crossOriginResourcePolicy, inline } = untrusted;
  assertInline(inline);
  assertPolicy(contentSecurityPolicy);
  assertOneOf("crossOriginResourcePolicy", crossOriginResourcePolicy, [
    "same-origin",
    "same-site",
    "cross-origin",
    false,
  ]);
}

/** Kinds of which no type is a page, once XML is left out. */
const KINDS = new Set(["image", "audio", "video"]);

function assertInline(inline: unknown): void {
  if (inline === undefined) return;
  if (!Array.isArray(inline)) {
    throw new TypeError(
      `The option "inline" is an array of media types such as ["image/*", "text/plain"], not ${show(inline)}.`,
    );
  }
  const wrong: unknown = inline.find((type) => !isNameOfTypes(type));
  if (wrong === undefined) return;
  throw new TypeError(
    `The option "inline" names media types without parameters, such as "text/plain", and of "image/*", "audio/*" and "video/*" all but XML, not ${show(wrong)}.`,
  );
}

function isNameOfTypes(given: unknown): boolean {
  const type = typeof given === "string" ? parseMediaType(given) : undefined;
  if (type === undefined || String(given).toLowerCase() !== `${type.type}/${type.subtype}`) return false;
  return !`${type.type}${type.subtype}`.includes("*") || (KINDS.has(type.type) && type.subtype === "*");
}

function assertPolicy(policy: unknown): void {
  if (policy === undefined || policy === false) return;
  if (typeof policy !== "string" || policy.trim() === "") {
    throw new TypeError(
      `The option "contentSecurityPolicy" is a field such as "default-src 'none'; sandbox", or false for none, not ${show(policy)}.`,
    );
  }
  toFieldLines({ "Content-Security-Policy": policy });
}
