import * as fc from "fast-check";
import { expect, test } from "vitest";
import { printableMessage, printableTarget } from "./printable.ts";

test("a printable target leads to the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const target = printableTarget(Buffer.from(bytes).toString("latin1").replaceAll("%", "%25"));
      const decoded = target.replace(/%(..)/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      expect(decoded).toBe(Buffer.from(bytes).toString("latin1"));
    }),
  );
});

test("a printable message keeps its words and escapes the rest", () => {
  expect(printableMessage("open '/srv/\x1b[31m\u{1f600}'\n")).toBe("open '/srv/\\u{1b}[31m\\u{1f600}'\\u{a}");
});

test("a printable message is one line of visible ASCII, whatever it tells", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (message) => {
      expect(printableMessage(message)).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});
