/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { expect } from "vitest";
import { type Delivered, memory, stet } from "../../src/index.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

const BIG = new Uint8Array(24_000_000).fill(66);
const SITE = memory({ "a.txt": "a".repeat(50), "b.txt": "b".repeat(50), "big.bin": BIG });

test("what is known waits for its turn: a 100 that is to come before it never gets into its content", async ({
  serveApp,
}) => {
  const { node } = stet(SITE);
  const port = await serveApp((request, response) => {
    if (request.url === "/big.bin") setTimeout(() => void node(request, response), 50);
    else void node(request, response);
  });
  const connection = await RawConnection.open(port);
  await connection.request("/a.txt");
  await connection.request("/b.txt");
  const fields = { Expect: "100-continue" };
  connection.send(requestText("/big.bin"), requestText("/a.txt", { fields }), requestText("/b.txt"));
  expect((await connection.response()).content.equals(BIG)).toBe(true);
  expect((await connection.head()).status).toBe(100);
  expect((await connection.response()).text).toBe("a".repeat(50));
  expect((await connection.response()).text).toBe("b".repeat(50));
  connection.close();
});

test("what a client is given before its turn comes is told of once, and as it went", async ({ serveApp }) => {
  const events: Delivered[] = [];
  const { node } = stet(SITE, {
    onDelivered: (event) => events.push(event),
    cache: { maxFileBytes: BIG.length },
  });
  const port = await serveApp((request, response) => void node(request, response));
  const whole = await RawConnection.open(port);
  await whole.request("/big.bin");
  await whole.request("/a.txt");
  whole.close();
  await expect
    .poll(() => events)
    .toMatchObject([
      { bytes: BIG.length, aborted: false },
      { bytes: 50, aborted: false },
    ]);
  events.splice(0);
  const gone = await RawConnection.open(port);
  gone.send(requestText("/big.bin"), requestText("/a.txt"));
  await gone.head();
  gone.socket.resetAndDestroy();
  await expect
    .poll(() => events.map(({ bytes, aborted }) => ({ bytes, aborted })))
    .toEqual([{ bytes: 0, aborted: true }]);
});
