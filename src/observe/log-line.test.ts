import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Delivered } from "./delivered.ts";
import { formatLogLine, toLogFields } from "./log-line.ts";

function delivered(target: string, changes: Partial<Delivered> = {}): Delivered {
  return {
    request: { method: "GET", target, fields: {} },
    path: "a/b.html",
    status: 200,
    judged: "full",
    delivery: "bytes",
    bytes: 612,
    ranges: [],
    completeLength: 612,
    finished: true,
    aborted: false,
    ms: 1.25049,
    ...changes,
  };
}

describe("a line of the log", () => {
  test("tells method, path, status, bytes, ms and what was judged", () => {
    expect(formatLogLine(toLogFields(delivered("/a/b.html")))).toBe(
      "GET /a/b.html 200 612 bytes 1.3 ms full",
    );
  });

  test("tells an abort", () => {
    const line = formatLogLine(toLogFields(delivered("/film", { aborted: true })));
    expect(line).toBe("GET /film 200 612 bytes 1.3 ms full aborted");
  });

  test("paints only the status", () => {
    const line = formatLogLine(toLogFields(delivered("/200")), (status) => `<${status}>`);
    expect(line).toBe("GET /200 <200> 612 bytes 1.3 ms full");
  });

  test("leaves out the query, which may hold a secret", () => {
    expect(toLogFields(delivered("/report.pdf?signature=abc?d")).path).toBe("/report.pdf");
  });

  test.each([
    ["/\x1b[2J", "/%1B[2J"],
    ["/a\nGET /forged 200", "/a%0AGET%20/forged%20200"],
    ["/\x9b31m", "/%9B31m"],
    ["/\x7f", "/%7F"],
    ["/\xe9", "/%E9"],
    ["/\u202etxt.exe", "/%E2%80%AEtxt.exe"],
    ["/\u{1f600}", "/%F0%9F%98%80"],
    ["/%1b", "/%1b"],
  ])("shows %j as %s", (target, path) => {
    expect(toLogFields(delivered(target)).path).toBe(path);
  });

  test("is one line of visible ASCII, whatever was sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (target, method) => {
        const event = delivered(target, { request: { method, target, fields: {} } });
        expect(formatLogLine(toLogFields(event))).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  test("tells the ranges where there are some", () => {
    const ranges = [{ firstPos: 0, lastPos: 9 }];
    expect(toLogFields(delivered("/film", { ranges }))).toMatchObject({ delivery: "bytes", ranges });
    expect(toLogFields(delivered("/film"))).not.toHaveProperty("ranges");
  });

  test("takes a lone surrogate", () => {
    expect(toLogFields(delivered("/\ud800")).path).toBe("/%EF%BF%BD");
  });
});
