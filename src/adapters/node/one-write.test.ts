import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it } from "vitest";
import { memory, stet } from "../../index.ts";

/** Every way in which Node hands bytes to the system. */
const WRITES = ["writev", "writeBuffer", "writeLatin1String", "writeUtf8String", "writeAsciiString"];

it.each(["small.txt", "upto64k.bin"])("%s leaves as one write of head and body", async (name) => {
  const site = memory({ "small.txt": "a small file", "upto64k.bin": new Uint8Array(64 * 1024) });
  let writes = 0;
  const server = createServer(stet(site).node);
  server.on("connection", (socket: Socket) => {
    const handle: unknown = Reflect.get(socket, "_handle");
    if (typeof handle !== "object" || handle === null) throw new Error("the socket has no handle to watch");
    for (const method of WRITES) {
      const write: unknown = Reflect.get(handle, method);
      if (typeof write !== "function") continue;
      Reflect.set(handle, method, (...parameters: unknown[]): unknown => {
        writes += 1;
        return Reflect.apply(write, handle, parameters);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write(`GET /${name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let received = 0;
  for await (const chunk of client) received += (chunk as Buffer).length;
  server.close();
  expect(received).toBeGreaterThan(name === "small.txt" ? 12 : 64 * 1024);
  expect(writes).toBe(1);
});
