import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mediaTypeOf } from "../sources/media-type.ts";
import { toContentPolicy, type UntrustedOptions } from "./content-policy.ts";

type Fields = Readonly<Record<string, string>>;

function fieldsOf(mediaType: string | undefined, untrusted: true | UntrustedOptions = true): Fields {
  return Object.fromEntries(toContentPolicy(untrusted)?.judge(mediaType).fields ?? []);
}

function isShown(mediaType: string | undefined, untrusted: true | UntrustedOptions = true): boolean {
  const judged = toContentPolicy(untrusted)?.judge(mediaType);
  expect(judged?.shown).toBe(fieldsOf(mediaType, untrusted)["Content-Disposition"] !== "attachment");
  return judged?.shown === true;
}

const INERT = "default-src 'none'; sandbox";
const IMAGE = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const MEDIA = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin";
const PDF = "default-src 'none'; style-src 'unsafe-inline'";

describe("what is shown", () => {
  it.each([
    ["photo.png", IMAGE],
    ["photo.jpg", IMAGE],
    ["photo.webp", IMAGE],
    ["photo.avif", IMAGE],
    ["photo.gif", IMAGE],
    ["film.mp4", MEDIA],
    ["film.webm", MEDIA],
    ["song.mp3", MEDIA],
    ["song.wav", MEDIA],
    ["report.pdf", PDF],
    ["notes.txt", INERT],
  ])("%s, under the policy that its viewer needs", (name, policy) => {
    expect(fieldsOf(mediaTypeOf(name))).toEqual({ "Content-Security-Policy": policy });
  });

  it.each([
    "IMAGE/PNG",
    "text/plain; charset=utf-8",
    "text/plain;charset=utf-7",
    'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
    "application/pdf ; version=2",
  ])("%j: neither case nor parameters make a difference", (type) => {
    expect(isShown(type)).toBe(true);
  });
});

describe("what is saved, and runs nothing where it is opened all the same", () => {
  it.each([
    "page.html",
    "page.htm",
    "page.xhtml",
    "drawing.svg",
    "drawing.svgz",
    "data.xml",
    "data.xsl",
    "feed.rss",
    "formula.mathml",
    "script.js",
    "script.mjs",
    "style.css",
    "data.json",
    "data.csv",
    "notes.md",
    "module.wasm",
    "mail.eml",
    "archive.mht",
    "archive.zip",
    "program.exe",
    "movie.swf",
    "calendar.ics",
    "card.vcf",
    "font.woff2",
    "no-extension",
  ])("%s", (name) => {
    const type = mediaTypeOf(name);
    expect(fieldsOf(type)).toEqual({ "Content-Disposition": "attachment", "Content-Security-Policy": INERT });
  });

  it.each([
    undefined,
    "",
    "text/html",
    "Text/HTML; charset=utf-8",
    "image/svg+xml",
    "IMAGE/SVG+XML",
    "image/svg+xml; charset=utf-8",
    "image/anything+xml",
    "video/anything+xml",
    "audio/anything+XML",
    "text/xml",
    "text/xsl",
    "multipart/x-mixed-replace; boundary=a",
    "multipart/related",
    "message/rfc822",
    "unknown/unknown",
    "application/unknown",
    "*/*",
    "image",
    "image/",
    "image/png, text/html",
    "image/png;x=1, text/html",
    "image/png;x='a,text/html",
    'image/png;x="a,text/html',
    "image/png text/html",
    "application/x-pdf",
    "application/pdf+xml",
    "text/plain+xml",
    "images/png",
  ])("%j", (type) => {
    expect(fieldsOf(type)).toEqual({ "Content-Disposition": "attachment", "Content-Security-Policy": INERT });
  });
});

/**
 * The type that a browser takes a Content-Type for: the last valid one of a list, whatever else stands there.
 *
 * @see https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
function readByBrowser(text: string): string | undefined {
  const values = text.match(/(?:"(?:\\.|[^"\\])*(?:"|$)|[^",])+/g) ?? [];
  const names = values.map((value) => value.split(";", 1)[0]?.replaceAll(/^[\t\n\r ]+|[\t\n\r ]+$/g, ""));
  return names
    .findLast((name) => /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/.test(name ?? ""))
    ?.toLowerCase();
}

/** What a stranger may have had stored as the type of his upload. */
const NAMES =
  "image/png text/html image/svg+xml text/plain video/mp4 application/pdf image/ TEXT/html multipart/";
const PIECES = [...NAMES.split(" "), ...`; , = " \\ ' x x=1 x=" / +xml *`.split(" "), " ", "\t"];
const hostileType = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join(""));

describe("a type that nobody has thought of", () => {
  it("is shown only where a browser, too, reads a harmless one", () => {
    let shown = 0;
    fc.assert(
      fc.property(hostileType, (type) => {
        if (!isShown(type)) return;
        shown++;
        const read = readByBrowser(type) ?? "";
        expect(read).toMatch(/^(?:(?:image|audio|video)\/[^/]+|application\/pdf|text\/plain)$/);
        expect(read).not.toMatch(/\+xml$/);
      }),
      { numRuns: 20_000 },
    );
    expect(shown).toBeGreaterThan(100);
  });

  it("is never shown out of its sandbox, but for PDF", () => {
    fc.assert(
      fc.property(hostileType, (type) => {
        const policy = fieldsOf(type)["Content-Security-Policy"] ?? "";
        expect(policy).toMatch(/^default-src 'none'/);
        expect(policy).not.toMatch(/script|allow-(?!same-origin)/);
        if (!policy.includes("sandbox")) expect(readByBrowser(type)).toBe("application/pdf");
      }),
      { numRuns: 5000 },
    );
  });
});

describe("each can be chosen otherwise", () => {
  it("what is shown: by name, in any case", () => {
    const options = { inline: ["Text/CSV", "image/svg+xml"] };
    expect(isShown("text/csv; charset=utf-8", options)).toBe(true);
    expect(isShown("image/svg+xml", options)).toBe(true);
    expect(isShown("image/png", options)).toBe(false);
    expect(fieldsOf("image/svg+xml", options)["Content-Security-Policy"]).toBe(IMAGE);
    expect(fieldsOf("text/csv", options)["Content-Security-Policy"]).toBe(INERT);
    expect(isShown("image/png", { inline: [] })).toBe(false);
  });

  it("what is shown: by kind, of which XML is none", () => {
    expect(isShown("image/png", { inline: ["image/*"] })).toBe(true);
    expect(isShown("image/svg+xml", { inline: ["image/*"] })).toBe(false);
    expect(isShown("image/svg+xml", { inline: ["image/*", "image/svg+xml"] })).toBe(true);
    expect(isShown("video/mp4", { inline: ["image/*"] })).toBe(false);
  });

  it("the policy: one for all, or none", () => {
    for (const type of ["image/png", "text/html", undefined]) {
      expect(fieldsOf(type, { contentSecurityPolicy: "sandbox" })["Content-Security-Policy"]).toBe("sandbox");
      expect(fieldsOf(type, { contentSecurityPolicy: false })).not.toHaveProperty("Content-Security-Policy");
    }
  });

  it("who may embed it", () => {
    expect(toContentPolicy(true)?.crossOriginResourcePolicy).toBe("same-origin");
    const chosen = toContentPolicy({ crossOriginResourcePolicy: "same-site" });
    expect(chosen?.crossOriginResourcePolicy).toBe("same-site");
    const none = toContentPolicy({ crossOriginResourcePolicy: false });
    expect(none?.crossOriginResourcePolicy).toBeUndefined();
  });

  it("nothing is judged of the application's own files", () => {
    expect(toContentPolicy(false)).toBeUndefined();
    expect(toContentPolicy(undefined)).toBeUndefined();
  });
});
