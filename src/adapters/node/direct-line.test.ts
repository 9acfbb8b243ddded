import { createServer, type IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import { connect, Socket } from "node:net";
import { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { directLineOf } from "./direct-line.ts";

/** What a listener finds of the first of two pipelined requests on a server of its own. */
async function find<T>(
  look: (request: IncomingMessage, response: ServerResponse) => T,
  first = 1,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let count = 0;
    const listener: RequestListener = (request, response) => {
      count += 1;
      if (count !== first) return;
      try {
        resolve(look(request, response));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
      server.close();
      server.closeAllConnections();
    };
    const server = createServer(listener);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("The server has no port.");
      const client = connect(address.port, "127.0.0.1").on("error", () => undefined);
      client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(first));
    });
  });
}

describe("directLineOf()", () => {
  it("leads from a response as Node made it to its socket", async () => {
    const found = await find((request, response) => directLineOf(request, response)?.descriptor());
    expect(found).toBeGreaterThan(2);
  });

  const altered: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    "a response whose content is compressed": (_, response) => {
      response.write = (): boolean => true;
    },
    "a response whose end is awaited": (_, response) => {
      response.end = (): ServerResponse => response;
    },
    "a response of another class": (_, response) => {
      class Other extends ServerResponse {
        override write(): boolean {
          return true;
        }
      }
      Object.setPrototypeOf(response, Other.prototype);
    },
    "a response that counts its content": (_, response) => {
      response.strictContentLength = true;
    },
    "a socket that is throttled": ({ socket }) => {
      socket.write = (): boolean => true;
    },
    "a socket that encrypts": (request) => {
      request.socket = new TLSSocket(request.socket);
    },
    "a socket of another class": (request) => {
      class Other extends Socket {}
      request.socket = new Other();
    },
    "a socket that is none": (request) => {
      Reflect.set(request, "socket", new Duplex());
    },
    "a socket with a handle of another kind": ({ socket }) => {
      Reflect.set(socket, "_handle", { fd: 5 });
    },
  };
  for (const [words, alter] of Object.entries(altered)) {
    it(`finds none below ${words}`, async () => {
      const found = await find((request, response) => {
        alter(request, response);
        const line = directLineOf(request, response);
        return line === undefined ? "none" : "a line";
      });
      expect(found).toBe("none");
    });
  }

  const occupied: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    "something waits to be written": (_, response) => void response.write("waiting"),
    "the response is corked": (_, response) => response.cork(),
    "the socket is corked": ({ socket }) => socket.cork(),
    "the socket has ended": ({ socket }) => void socket.end(),
    "the socket is closed": ({ socket }) => void socket.destroy(),
  };
  for (const [words, occupy] of Object.entries(occupied)) {
    it(`gives no descriptor while ${words}`, async () => {
      const found = await find((request, response) => {
        const line = directLineOf(request, response);
        const before = line?.descriptor();
        occupy(request, response);
        return [before === undefined, line?.descriptor()];
      });
      expect(found).toEqual([false, undefined]);
    });
  }

  it("gives no descriptor to a response behind another", async () => {
    const found = await find((request, response) => {
      const line = directLineOf(request, response);
      return [line === undefined, line?.descriptor()];
    }, 2);
    expect(found).toEqual([false, undefined]);
  });

  it("tells how long the socket may be idle", async () => {
    const found = await find((request, response) => {
      request.socket.setTimeout(1234);
      return directLineOf(request, response)?.timeout();
    });
    expect(found).toBe(1234);
  });
});
