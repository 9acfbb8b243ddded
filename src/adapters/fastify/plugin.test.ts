import compress from "@fastify/compress";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Folder } from "../../../test/support/folder.ts";
import { noise } from "../../../test/support/noise.ts";
import { countDescriptorsBelow } from "../../../test/support/process-reading.ts";
import { PulledSource } from "../../../test/support/pulled-source.ts";
import { RawConnection, requestText } from "../../../test/support/raw-connection.ts";
import { stetFastify } from "../../fastify.ts";
import { type Delivered, memory, SourceError } from "../../index.ts";

const TEXT = "compressible ".repeat(500);
const SITE = memory({ "a.txt": TEXT, "b.txt": "short", "app-3f9a1c2b.js": TEXT, "app-3f9a1c2b.js.gz": "gz" });

let folder: Folder;
const closing: FastifyInstance[] = [];

beforeEach(async () => {
  folder = await Folder.make();
});

afterEach(async () => {
  for (const app of closing.splice(0)) await app.close();
  await folder.remove();
});

/** An application, and the URL where it listens. */
async function listen(app: FastifyInstance): Promise<string> {
  closing.push(app);
  return app.listen({ port: 0, host: "127.0.0.1" });
}

describe("under Fastify", () => {
  it("keeps what reply.sendFile and reply.download send private, whatever immutable and maxAge say", async () => {
    const app = Fastify();
    await app.register(stetFastify, { root: SITE, immutable: true, maxAge: "1d" });
    app.get("/sent", (_, reply) => reply.sendFile("app-3f9a1c2b.js"));
    app.get("/download", (_, reply) => reply.download("b.txt"));
    const url = await listen(app);
    const cacheControlOf = async (path: string): Promise<unknown> =>
      (await fetch(`${url}${path}`)).headers.get("cache-control");
    expect(await cacheControlOf("/app-3f9a1c2b.js")).toBe("max-age=31536000, immutable");
    expect(await cacheControlOf("/b.txt")).toBe("max-age=86400");
    expect(await cacheControlOf("/sent")).toBe("private, no-cache");
    expect(await cacheControlOf("/download")).toBe("private, no-cache");
  });

  it("runs the hooks, which see what is sent and may add to it", async () => {
    const seen: unknown[] = [];
    const app = Fastify();
    app.addHook("onSend", async (_, reply, payload) => {
      reply.header("x-on-send", "1");
      seen.push([reply.statusCode, reply.getHeader("content-length"), typeof payload]);
    });
    app.addHook("onResponse", async (_, reply) => void seen.push([reply.statusCode, reply.elapsedTime >= 0]));
    await app.register(stetFastify, { root: SITE });
    const url = await listen(app);
    const response = await fetch(`${url}/b.txt`);
    expect([response.headers.get("x-on-send"), await response.text()]).toEqual(["1", "short"]);
    await fetch(`${url}/b.txt`, { headers: { "If-None-Match": response.headers.get("etag") ?? "" } });
    await expect
      .poll(() => seen)
      .toEqual([
        [200, "5", "object"],
        [200, true],
        [304, undefined, "undefined"],
        [304, true],
      ]);
  });

  it("has its logger tell of each answer, with the time that it took", async () => {
    const lines: { msg: string; res?: { statusCode: number }; responseTime?: number }[] = [];
    const app = Fastify({ logger: { stream: { write: (line: string) => lines.push(JSON.parse(line)) } } });
    await app.register(stetFastify, { root: SITE });
    const url = await listen(app);
    await (await fetch(`${url}/a.txt`, { headers: { Range: "bytes=0-3" } })).text();
    await expect
      .poll(() => lines.filter(({ msg }) => msg === "request completed"))
      .toMatchObject([{ res: { statusCode: 206 }, responseTime: expect.any(Number) }]);
    expect(lines.filter(({ msg }) => msg.includes("sent"))).toEqual([]);
  });

  it("keeps to the context that registers it, below its prefix and with its hooks", async () => {
    const app = Fastify();
    await app.register(
      async (inner) => {
        inner.addHook("onRequest", async (_, reply) => void reply.header("x-inner", "1"));
        await inner.register(stetFastify, { root: SITE, prefix: "/files/" });
        inner.get("/chosen", (_, reply) => reply.sendFile("b.txt"));
      },
      { prefix: "/inner" },
    );
    const url = await listen(app);
    for (const path of ["/inner/files/b.txt", "/inner/chosen"]) {
      const response = await fetch(url + path);
      expect([path, response.headers.get("x-inner"), await response.text()]).toEqual([path, "1", "short"]);
    }
    for (const path of ["/files/b.txt", "/inner/b.txt", "/b.txt"]) {
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
    }
    expect(app.hasReplyDecorator("sendFile")).toBe(false);
  });

  it("serves several roots, and one that reply.sendFile alone sends", async () => {
    const app = Fastify();
    await app.register(stetFastify, { root: memory({ "secret.txt": "secret" }), serve: false });
    await app.register(stetFastify, { root: SITE, prefix: "/site", decorateReply: false });
    app.get("/chosen", (_, reply) => reply.sendFile("secret.txt"));
    const url = await listen(app);
    expect(await (await fetch(`${url}/chosen`)).text()).toBe("secret");
    expect((await fetch(`${url}/secret.txt`)).status).toBe(404);
    expect((await fetch(`${url}/site/b.txt`)).status).toBe(200);
  });

  it("sends a file to be saved, by its own name or by another", async () => {
    const app = Fastify();
    await app.register(stetFastify, { root: memory({ "reports/7.txt": "seven" }), serve: false });
    app.get("/own", (_, reply) => reply.download("reports/7.txt"));
    app.get("/other", async (_, reply) => reply.download("reports/7.txt", "März.txt"));
    const url = await listen(app);
    const dispositionOf = async (path: string): Promise<string | null> =>
      (await fetch(url + path)).headers.get("content-disposition");
    expect(await dispositionOf("/own")).toBe('attachment; filename="7.txt"');
    expect(await dispositionOf("/other")).toContain("filename*=UTF-8''M%C3%A4rz.txt");
  });

  it("leaves other methods to the application, and its own routes before the files", async () => {
    const app = Fastify();
    await app.register(stetFastify, { root: SITE });
    app.post("/*", async () => "posted");
    app.get("/b.txt", async () => "the application's");
    const url = await listen(app);
    expect(await (await fetch(`${url}/b.txt`, { method: "POST" })).text()).toBe("posted");
    expect(await (await fetch(`${url}/b.txt`)).text()).toBe("the application's");
  });

  it("opens one file at a time for the requests of one packet", async () => {
    const source = new PulledSource(8_000_000);
    const app = Fastify();
    await app.register(stetFastify, { root: source });
    const connection = await RawConnection.open(Number(new URL(await listen(app)).port));
    connection.send(...Array.from({ length: 50 }, () => requestText("/large.bin")));
    await connection.head();
    expect(source.opened).toBe(1);
    connection.close();
    await expect.poll(() => source.opened).toBe(0);
  });

  it("sends a content at hand, and lets go of one that never comes", async () => {
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(100)),
      cancel: () => void (isCancelled = true),
    });
    const app = Fastify({ forceCloseConnections: true });
    await app.register(stetFastify, { root: SITE, serve: false });
    app.get("/blob", (_, reply) => reply.sendFile(new Blob(["from memory"]), { as: "memory.txt" }));
    app.get("/endless", (_, reply) => reply.sendFile(endless));
    const url = await listen(app);
    const response = await fetch(`${url}/blob`, { headers: { Range: "bytes=5-" } });
    expect([response.status, await response.text()]).toEqual([206, "memory"]);
    const controller = new AbortController();
    await (await fetch(`${url}/endless`, controller)).body?.getReader().read();
    controller.abort();
    await expect.poll(() => isCancelled).toBe(true);
  });

  it("leaves alone what was answered before, and lets go of the file", async () => {
    const source = new PulledSource(1_000_000);
    const events: Delivered[] = [];
    const app = Fastify();
    await app.register(stetFastify, {
      root: source,
      serve: false,
      onDelivered: (event) => events.push(event),
    });
    app.get("/", (_, reply) => reply.send("answered before").sendFile("large.bin"));
    expect(await (await fetch(await listen(app))).text()).toBe("answered before");
    await expect.poll(() => events).toMatchObject([{ bytes: 0, aborted: true }]);
    expect(source.opened).toBe(0);
  });

  it("is asked by inject, as tests ask it", async () => {
    await folder.writeOld("large.bin", noise(1_000_000, "inject"));
    const events: Delivered[] = [];
    const app = Fastify();
    closing.push(app);
    await app.register(stetFastify, { root: folder.path, onDelivered: (event) => events.push(event) });
    expect((await app.inject("/large.bin")).rawPayload).toHaveLength(1_000_000);
    await expect.poll(() => events).toMatchObject([{ bytes: 1_000_000, aborted: false }]);
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  });
});

describe("where a hook or the file comes in between, under Fastify", () => {
  type OnSend = (reply: FastifyReply) => unknown;

  async function answerOf(
    options: Parameters<typeof stetFastify>[1],
    path: string,
    onSend: OnSend = () => undefined,
  ): Promise<Response> {
    const app = Fastify();
    app.addHook("onSend", async (_, reply, payload) => onSend(reply) ?? payload);
    await app.register(stetFastify, options);
    return fetch((await listen(app)) + path, {
      headers: { Range: "bytes=0-199999", "Accept-Encoding": "gzip" },
    });
  }

  it("lets go of a file whose content a hook has replaced", async () => {
    await folder.writeOld("large.bin", noise(1_000_000, "replaced"));
    const response = await answerOf({ root: folder.path }, "/large.bin", (reply) => {
      reply.removeHeader("content-length");
      return "another";
    });
    expect(await response.text()).toBe("another");
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  });

  it("has Fastify answer a failure with what the client is to know, and no more", async () => {
    const failure = new SourceError("busy", new Error("/srv/secret"));
    const response = await answerOf({ root: { find: () => Promise.reject(failure) } }, "/a.txt");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await response.json()).toEqual({
      statusCode: 503,
      error: "Service Unavailable",
      message: "Service Unavailable",
    });
  });

  it("takes back what it has said of the file when a hook fails", async () => {
    await folder.writeOld("large.bin", noise(1_000_000, "failed"));
    let isFirst = true;
    const response = await answerOf({ root: folder.path }, "/large.bin", () => {
      if (!isFirst) return;
      isFirst = false;
      throw new Error("the hook has failed");
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ message: "the hook has failed" });
    for (const field of ["etag", "content-range", "accept-ranges", "last-modified"])
      expect([field, response.headers.get(field)]).toEqual([field, null]);
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
  });

  it("leaves the application's own handler of errors a 500, and not the status of the file", async () => {
    const app = Fastify();
    app.addHook("onSend", async (_, reply) => {
      if (reply.statusCode === 206) throw new Error("the hook has failed");
    });
    app.setErrorHandler((_error, _request, reply) => reply.send("handled"));
    await app.register(stetFastify, { root: SITE });
    const response = await fetch(`${await listen(app)}/a.txt`, { headers: { Range: "bytes=0-4" } });
    expect([response.status, await response.text()]).toEqual([500, "handled"]);
  });

  it("says that a file can't be read before anything of it is sent, and that nobody may keep that", async () => {
    const source = new PulledSource(1_000_000);
    const find = async (path: string): Promise<Awaited<ReturnType<PulledSource["find"]>>> => {
      const found = await source.find(path);
      if (found?.kind !== "file") return found;
      return {
        ...found,
        open: async (variant) => {
          const open = await found.open(variant);
          return open && { ...open, read: () => Promise.reject(new Error("/srv/secret can't be read")) };
        },
      };
    };
    const response = await answerOf(
      { root: { find }, cacheControl: "public, max-age=31536000, immutable" },
      "/large.bin",
    );
    expect([response.status, response.headers.get("cache-control")]).toEqual([500, null]);
    await expect.poll(() => source.opened).toBe(0);
  });
});

describe("beside @fastify/compress", () => {
  async function withCompress(): Promise<string> {
    const app = Fastify();
    await app.register(compress);
    await app.register(stetFastify, { root: SITE });
    app.get("/chosen", { compress: false }, (_, reply) => reply.sendFile("a.txt"));
    app.get("/other", async (_, reply) => reply.type("text/plain").send(TEXT));
    return listen(app);
  }

  it("sends the bytes that were judged, and the others are compressed as ever", async () => {
    const url = await withCompress();
    const headers = { "Accept-Encoding": "gzip" };
    for (const path of ["/a.txt", "/chosen"]) {
      const response = await fetch(url + path, { headers });
      expect([path, response.headers.get("content-encoding")]).toEqual([path, null]);
      expect([path, response.headers.get("content-length")]).toEqual([path, String(TEXT.length)]);
    }
    const part = await fetch(`${url}/a.txt`, { headers: { ...headers, Range: "bytes=0-11" } });
    expect([part.status, await part.text()]).toEqual([206, "compressible"]);
    const sibling = await fetch(`${url}/app-3f9a1c2b.js`, { method: "HEAD", headers });
    expect([sibling.headers.get("content-encoding"), sibling.headers.get("content-length")]).toEqual([
      "gzip",
      "2",
    ]);
    expect((await fetch(`${url}/other`, { headers })).headers.get("content-encoding")).toBe("gzip");
  });
});

describe("what means nothing to stetFastify", () => {
  it.each<[object, RegExp]>([
    [{}, /root is a folder/],
    [{ root: SITE, prefix: "static" }, /"prefix" is a path such as "\/static", not "static"/],
    [{ root: SITE, prefix: "/static/*" }, /the wildcard is added/],
    [{ root: SITE, serve: "no" }, /"serve" is true or false, not "no"/],
    [{ root: SITE, decorateReply: 0 }, /"decorateReply" is true or false/],
    [{ root: SITE, etag: false }, /no option "etag"/],
  ])("%j is told at once", async (options, message) => {
    const app = Fastify();
    closing.push(app);
    await expect(app.register(stetFastify, options as never)).rejects.toThrow(TypeError);
    const other = Fastify();
    closing.push(other);
    await expect(other.register(stetFastify, options as never)).rejects.toThrow(message);
  });

  it("is an error of the route where a call means nothing", async () => {
    const app = Fastify();
    await app.register(stetFastify, { root: SITE, serve: false });
    app.get("/", (_, reply) => reply.sendFile("a.txt", { filename: "b.txt" } as never));
    const response = await fetch(await listen(app));
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { message: expect.stringContaining('no option "filename"') },
    ]);
  });

  it("is an error where options of a download would go unheeded, such as another root", async () => {
    const app = Fastify();
    await app.register(stetFastify, { root: SITE, serve: false });
    app.get("/", (_, reply) =>
      reply.download(...(["a.txt", "b.txt", { root: "private" }] as unknown as [string])),
    );
    const response = await fetch(await listen(app));
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { message: expect.stringContaining("write reply.sendFile(path, { as: name, … })") },
    ]);
  });
});
