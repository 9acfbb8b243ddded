import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeTarHeader, TAR_BLOCK, withChecksum } from "../../../test/support/make-tar.ts";
import { parseTarHeader } from "./tar-header.ts";

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("latin1");

describe("parseTarHeader", () => {
  it("reads what was written", () => {
    const name = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 100 });
    const length = fc.nat(0o77777777777);
    const modified = fc.nat(0o77777777777);
    const type = fc.constantFrom("0", "1", "2", "5", "7", "L", "x", "g", "S");
    fc.assert(
      fc.property(name, name, length, modified, type, (name, linkName, length, modified, type) => {
        const header = parseTarHeader(makeTarHeader({ name, linkName, length, modified, type }));
        expect([text(header?.name), text(header?.linkName)]).toEqual([name, linkName]);
        expect(header).toMatchObject({ length, modified, type });
      }),
    );
  });

  it("reads a length in binary", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (length) => {
        expect(parseTarHeader(makeTarHeader({ name: "a", length, isBinary: true }))?.length).toBe(length);
      }),
    );
  });

  it("puts the front of a long name before it, but not what GNU has in its place", () => {
    const name = (magic?: string): string =>
      text(parseTarHeader(makeTarHeader({ name: "a.txt", prefix: "a/b", ...(magic && { magic }) }))?.name);
    expect(name()).toBe("a/b/a.txt");
    expect(name("ustar  \0")).toBe("a.txt");
    expect(name("\0")).toBe("a.txt");
  });

  it("finds the end of an archive", () => {
    expect(parseTarHeader(new Uint8Array(TAR_BLOCK))).toBeUndefined();
  });

  it("takes no block that isn't as it was written", () => {
    const header = makeTarHeader({ name: "folder/a.txt", length: 100 });
    fc.assert(
      fc.property(fc.nat(TAR_BLOCK - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        // The checksum may end in a space or a zero, and begin with either of them.
        fc.pre(at < 148 || at >= 156);
        const changed = Buffer.from(header);
        changed[at] = (changed[at]! + change) % 256;
        expect(() => parseTarHeader(changed)).toThrow("broken");
      }),
    );
  });

  it("throws for any other block, and nothing but an Error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: TAR_BLOCK, maxLength: TAR_BLOCK }), (block) => {
        expect(() => parseTarHeader(withChecksum(Buffer.from(block)))).not.toThrow(TypeError);
        fc.pre(block.some((byte) => byte !== 0));
        expect(() => parseTarHeader(block)).toThrow("broken");
      }),
    );
  });

  it.each(["", "8", "-1", "1e3", "0x10", "12 34", "\u00ff"])("takes %j for no length", (length) => {
    const header = makeTarHeader({ name: "a" });
    header.fill(0, 124, 136);
    header.write(length, 124, "latin1");
    expect(() => parseTarHeader(withChecksum(header))).toThrow("length");
  });

  it("takes more than can be counted with for no length", () => {
    const header = makeTarHeader({ name: "a", length: 0, isBinary: true });
    header.fill(255, 125, 136);
    expect(() => parseTarHeader(withChecksum(header))).toThrow("length");
  });
});
