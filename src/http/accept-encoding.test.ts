import * as fc from "fast-check";
// @ts-expect-error It brings no types.
import UntypedNegotiator from "negotiator";
import { describe, expect, it } from "vitest";
import { codingWeight, parseAcceptEncoding } from "./accept-encoding.ts";

interface Negotiator {
  encodings(available: readonly string[]): readonly string[];
}
const Negotiator: new (request: { readonly headers: { readonly "accept-encoding"?: string } }) => Negotiator =
  UntypedNegotiator;

const weigh = (text: string | undefined, coding: string): number =>
  codingWeight(parseAcceptEncoding(text), coding);

describe("codingWeight", () => {
  it.each<[string | undefined, string, number]>([
    [undefined, "identity", 1],
    [undefined, "gzip", 0],
    ["", "gzip", 0],
    ["gzip", "gzip", 1],
    ["gzip", "br", 0],
    ["GZIP;q=0.5", "gzip", 0.5],
    ["gzip", "GZip", 1],
    ["gzip;q=0", "gzip", 0],
    ["*", "br", 1],
    ["*;q=0.5, gzip;q=0", "br", 0.5],
    ["*;q=0.5, gzip;q=0", "gzip", 0],
    ["*;q=0.5", "identity", 0.5],
    ["identity;q=0.3", "identity", 0.3],
    ["identity;q=0", "identity", 0],
    ["*;q=0", "identity", 0],
    ["gzip, *;q=0", "identity", 0],
    ["identity;q=0.1, *;q=0", "identity", 0.1],
    ["identity;q=0, *", "identity", 0],
    ["x-gzip;q=0.5", "gzip", 0.5],
    ["gzip;q=0.5", "x-gzip", 0.5],
    ["x-compress", "compress", 1],
    ["x-gzip;q=0, gzip;q=0.5", "gzip", 0.5],
    ["gzip;q=0.5, x-gzip;q=0", "gzip", 0.5],
  ])("in %j gives %j %d", (text, coding, weight) => {
    expect(weigh(text, coding)).toBe(weight);
  });

  it.each(["", "gzip", "gzip;q=0", "gzip;q=0.001", "nonsense;q=x"])(
    "in %j leaves identity, as the last resort",
    (text) => {
      expect(weigh(text, "identity")).toBeGreaterThan(0);
      expect(weigh(text, "identity")).toBeLessThan(0.001);
    },
  );

  it("agrees with negotiator", () => {
    const available = ["gzip", "br", "zstd", "identity"];
    const name = fc.constantFrom(...available, "*", "deflate");
    const member = fc.tuple(name, fc.option(fc.nat(10), { nil: undefined }));
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ([name]) => name }), (members) => {
        const text = members
          .map(([name, tenths]) => (tenths === undefined ? name : `${name};q=${tenths / 10}`))
          .join(", ");
        const weight = (coding: string): number => weigh(text, coding);
        const preferred = new Negotiator({ headers: { "accept-encoding": text } }).encodings(available);

        expect(available.filter((coding) => weight(coding) > 0).toSorted()).toEqual(preferred.toSorted());
        // negotiator puts an unlisted identity level with the least; the codings that were listed, it orders by weight.
        const weights = preferred.filter((coding) => coding !== "identity").map((coding) => weight(coding));
        expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      }),
    );
  });
});
