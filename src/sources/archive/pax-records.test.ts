import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paxRecords } from "../../../test/support/make-tar.ts";
import { parsePaxRecords } from "./pax-records.ts";

const parse = (list: string | Uint8Array): Record<string, string> =>
  Object.fromEntries(
    [...parsePaxRecords(Buffer.from(list))].map(([keyword, value]) => [
      keyword,
      Buffer.from(value).toString(),
    ]),
  );

describe("parsePaxRecords", () => {
  it("reads what was written", () => {
    const keyword = fc.stringMatching(/^[A-Za-z.]{1,20}$/);
    fc.assert(
      fc.property(fc.dictionary(keyword, fc.string({ unit: "grapheme" })), (records) => {
        expect(parse(paxRecords(records))).toEqual({ ...records });
      }),
    );
  });

  it("takes the later of two, and values with an equals sign or a line break", () => {
    expect(parse("8 a=one\n8 a=two\n")).toEqual({ a: "two" });
    expect(parse(paxRecords({ a: "b=c\nd" }))).toEqual({ a: "b=c\nd" });
    expect(parse("")).toEqual({});
  });

  it.each([
    "6 a=b",
    "6 a=b\r",
    "5 a=b\n",
    "7 a=b\n",
    "06 a=b\n",
    "6a=b\n\n",
    " 6 a=b\n",
    "5 =b\n",
    "5 ab\n",
    "x",
    "\0",
  ])("takes %j for no list", (list) => {
    expect(() => parse(list)).toThrow("can't be read");
  });

  it("throws nothing but an Error that says so, whatever it is given", () => {
    const digits = fc.stringMatching(/^[0-9]{0,4} ?[a=\n]{0,9}\n?$/).map((list) => Buffer.from(list));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), digits), (list) => {
        try {
          parsePaxRecords(list);
        } catch (error) {
          expect(String(error)).toContain("can't be read");
        }
      }),
    );
  });
});
