import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseQueues } from "./unsent.ts";

const TABLE = `\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1061 1 0 100 0 0 10 0
   1: 0100007F:0BB8 0100007F:D2F4 01 003A7000:00000000 01:00000014 00000000     0        0 1062 2 0 20 4 24 10 -1
   2: 0100007F:D2F4 0100007F:0BB8 01 00000000:000A9000 00:00000000 00000000     0        0 1063 1 0 20 0 0 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000001000000:0BB8 00000000000000000000000001000000:A001 01 00000010:00000000 00:00000000
   1: 00000000000000000000000002000000:0BB8 00000000000000000000000002000000:A001 01 00000001:00000000 00:00000000
`;

test("the send queues, by local and remote port", () => {
  expect([...parseQueues(TABLE)]).toEqual([
    ["3000 54004", 0x3a7000],
    ["3000 40961", 0x11],
  ]);
});

test("a table that is none has no queues, whatever it says", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const [key, unsent] of parseQueues(text)) {
        expect(key).toMatch(/ /);
        expect(unsent).toBeGreaterThan(0);
      }
    }),
  );
});
