/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { execFileSync } from "node:child_process";
import { ServerResponse } from "node:http";
import { afterEach, describe, expect, vi } from "vitest";
import { memory, stet } from "../../src/index.ts";
import { RawConnection, type RawResponse } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

/** What `npm run test:nodes` has asked for; by any other way the tests run on whichever Node there is. */
const ASKED = process.env["STET_TEST_NODE"] ?? process.version;

test("the tests run on the Node that was asked for, and so does what they start", () => {
  expect(process.version).toBe(ASKED);
  expect(execFileSync(process.execPath, ["--version"], { encoding: "utf8" }).trim()).toBe(ASKED);
});

/** On a Node whose internals are no longer what they were all is still answered, but slower: nobody would notice. */
describe("the fast way is taken", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("for what is at hand: its head is none that Node has built, but the same", async ({ serveApp }) => {
    const built = vi.spyOn(ServerResponse.prototype, "writeHead");
    const { node } = stet(memory({ "a.txt": "a small file" }));
    const port = await serveApp((request, response) => {
      if (request.url === "/a.txt?ordinary") response.setHeader("X-Before", "1");
      void node(request, response);
    });
    const connection = await RawConnection.open(port);
    const ordinary = await connection.request("/a.txt?ordinary");
    expect([ordinary.status, built.mock.calls.length]).toEqual([200, 1]);
    const prepared = await connection.request("/a.txt");
    expect([prepared.status, prepared.text, built.mock.calls.length]).toEqual([200, "a small file", 1]);
    expect(linesOf(prepared)).toEqual(linesOf(ordinary));
    const fields = { "If-None-Match": prepared.field("etag") ?? "" };
    const unchanged = await connection.request("/a.txt", { fields });
    expect([unchanged.status, built.mock.calls.length]).toEqual([304, 1]);
    connection.close();
  });
});

/** What a head tells, but for its second and for what was set before. */
function linesOf({ head }: RawResponse): RawResponse["head"]["lines"] {
  return head.lines.filter(([name]) => name !== "date" && name !== "x-before");
}
