import { expect, test } from "vitest";
import { toUsageError } from "./listen.ts";

function refusal(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code });
}

test.each([
  ["EADDRINUSE", "Port 80 is taken.", "--port 0"],
  ["EACCES", "Port 80 needs rights that you don't have.", "--port 8080"],
  ["EADDRNOTAVAIL", "192.0.2.1 is no address of this machine (EADDRNOTAVAIL).", "--host 0.0.0.0"],
  ["ENOTFOUND", "192.0.2.1 is no address of this machine (ENOTFOUND).", "--host 0.0.0.0"],
  ["EMFILE", "Listening on 192.0.2.1, port 80, failed (EMFILE).", "--port"],
])("%s is told with what to do", (code, problem, remedy) => {
  const { message } = toUsageError(refusal(code), "192.0.2.1", 80);
  expect(message.split("\n")).toEqual([problem, expect.stringContaining(remedy)]);
});
