import { describe, expect, it } from "vitest";
import { judgeMethod } from "./judge-method.ts";

describe("judgeMethod", () => {
  it.each([
    ["GET", "retrieve"],
    ["HEAD", "retrieve"],
    ["OPTIONS", "options"],
    ["POST", "not-allowed"],
    ["TRACE", "not-allowed"],
    ["get", "not-implemented"],
    ["FROBNICATE", "not-implemented"],
  ])("%s is %s", (method, expected) => {
    expect(judgeMethod(method)).toBe(expected);
  });
});
