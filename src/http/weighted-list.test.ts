import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWeightedList } from "./weighted-list.ts";

describe("parseWeightedList", () => {
  it.each<[string, Readonly<Record<string, number>>]>([
    ["", {}],
    ["gzip", { gzip: 1 }],
    ["GZip;Q=0.5", { gzip: 0.5 }],
    ["gzip ; q=0.125 , br;q=1.000", { gzip: 0.125, br: 1 }],
    ["gzip;q=0", { gzip: 0 }],
    ["gzip;q=0.", { gzip: 0 }],
    ["gzip;q=1.", { gzip: 1 }],
    ["*;q=0.001", { "*": 0.001 }],
    ["text/html;level=1;q=0.4", { "text/html": 0.4 }],
    ["text/html;q=0.4;q=1", { "text/html": 0.4 }],
    ['text/html;x="a,b;q=0";q=0.4, */*;q=0.1', { "text/html": 0.4, "*/*": 0.1 }],
    ["gzip;", { gzip: 1 }],
    ["gzip;;q=0.5", { gzip: 0.5 }],
    ["gzip;q=0, gzip;q=0.5, gzip;q=0.1", { gzip: 0.5 }],
    ["gzip;q=1.001, br", { br: 1 }],
    ["gzip;q=2, br", { br: 1 }],
    ["gzip;q=-1, br", { br: 1 }],
    ["gzip;q=, br", { br: 1 }],
    ["gzip;q=.5, br", { br: 1 }],
    ["gzip;q=0.1234, br", { br: 1 }],
    ['gzip;q="1", br', { br: 1 }],
    ["gzip;q=1e0, br", { br: 1 }],
    ["gz ip, br", { br: 1 }],
    ["/, a/, /b, a/b/c, br", { br: 1 }],
    [";q=1, br", { br: 1 }],
    ["é, br", { br: 1 }],
  ])("reads %j", (text, weights) => {
    expect(Object.fromEntries(parseWeightedList(text))).toEqual(weights);
  });

  it("isn't led astray by the names of objects", () => {
    expect(parseWeightedList("__proto__;q=0.5").get("__proto__")).toBe(0.5);
    expect(parseWeightedList("gzip").get("constructor")).toBeUndefined();
  });

  it("keeps the order of the list", () => {
    expect([...parseWeightedList("b;q=0.1, a, b").keys()]).toEqual(["b", "a"]);
  });

  it("gives each name the highest of its weights", () => {
    const member = fc.tuple(fc.constantFrom("gzip", "br", "*", "text/html"), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(member), (members) => {
        const text = members.map(([name, weight]) => `${name};q=${(weight / 1000).toFixed(3)}`).join(", ");
        const expected = new Map<string, number>();
        for (const [name, weight] of members) {
          expected.set(name, Math.max(weight / 1000, expected.get(name) ?? 0));
        }
        expect(parseWeightedList(text)).toEqual(expected);
      }),
    );
  });

  it("gives weights from 0 to 1, to lower-cased names, whatever it reads", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "B", "/", "*", ";", ",", "q=", "0", "1", ".", " ", '"', "\\"),
    });
    fc.assert(
      fc.property(text, (text) => {
        for (const [name, weight] of parseWeightedList(text)) {
          expect(name).toMatch(/^[a-z0-9*.=]+(?:\/[a-z0-9*.=]+)?$/);
          expect(weight).toBeGreaterThanOrEqual(0);
          expect(weight).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
