import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Delivered, type Source, SourceError } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { PulledSource } from "../support/pulled-source.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { askHttp } from "./adapters.ts";
import { type Application, CHOSEN, type Framework, NOTHING_HERE } from "./frameworks/framework.ts";

/** Longer than a loaded machine takes. Milliseconds. */
const PATIENCE = { timeout: 20_000 };

const MEBIBYTE = 1024 * 1024;

interface Asked {
  readonly port: number;
  /** What came, its content as text. */
  readonly get: (target: string, options?: AskOptions) => Promise<TextAnswer>;
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface TextAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What every framework does with files: they have their place in it, and it has its own say where there are none. */
export function describeFramework({ name, start }: Framework): void {
  describe(`the framework contract: ${name}`, () => {
    let folder: Folder;
    const closing: (() => Promise<void>)[] = [];

    beforeEach(async () => {
      folder = await Folder.make();
      await folder.writeOld("small.txt", "a small file");
      await folder.writeOld("small.txt.gz", "gz");
      await folder.writeOld("folder/index.html", "<p>index</p>");
      await folder.writeOld("index.html", "<p>root</p>");
    });

    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
      await folder.remove();
    });

    async function listen(application: Partial<Application> = {}): Promise<Asked> {
      const errors: unknown[] = [];
      const listening = await start({
        root: folder.path,
        options: {},
        mount: "/static",
        fields: {},
        onError: (error) => errors.push(error),
        ...application,
      });
      closing.push(listening.close);
      closing.push(async () => expect(errors).toEqual([]));
      const { ask } = askHttp(listening);
      return {
        port: listening.port,
        async get(target, { method = "GET", headers = {} } = {}) {
          const { status, headers: fields, body } = await ask(method, target, headers);
          return { status, headers: fields, text: Buffer.from(body).toString() };
        },
      };
    }

    it("has the files below their mount, and nowhere else", async () => {
      const { get } = await listen();
      expect(await get("/static/small.txt")).toMatchObject({ status: 200, text: "a small file" });
      expect(await get("/static/small.txt?v=1")).toMatchObject({ status: 200, text: "a small file" });
      for (const target of ["/small.txt", "/static-other/small.txt", "/staticsmall.txt", "/folder/"]) {
        const { status, text } = await get(target);
        expect([target, status, text]).toEqual([target, 404, NOTHING_HERE]);
      }
    });

    it("redirects into its mount, and gives the mount itself its slash", async () => {
      const { get } = await listen();
      for (const [target, location] of [
        ["/static/folder?page=2", "folder/?page=2"],
        ["/static", "static/"],
        ["/static?a=1", "static/?a=1"],
      ] as const) {
        const { status, headers } = await get(target);
        expect([target, status, headers.get("location")]).toEqual([target, 301, location]);
        expect(headers.get("cache-control")).toBe("no-cache");
      }
      expect(await get("/static/folder/")).toMatchObject({ status: 200, text: "<p>index</p>" });
      expect(await get("/static/")).toMatchObject({ status: 200, text: "<p>root</p>" });
    });

    it("answers what isn't there by itself, and what isn't asked so", async () => {
      for (const mount of ["", "/static"]) {
        const { get } = await listen({ mount });
        for (const [method, target] of [
          ["GET", `${mount}/missing`],
          ["GET", `${mount}/small.txt/`],
          ["GET", `${mount}/.git/config`],
          ["GET", `${mount}/a%2Fb`],
          ["POST", `${mount}/small.txt`],
        ] as const) {
          const { status, text } = await get(target, { method });
          expect([method, target, status, text]).toEqual([method, target, 404, NOTHING_HERE]);
        }
      }
    });

    it("leaves the answer to the files where they are told to give it", async () => {
      const { get } = await listen({ options: { fallthrough: false } });
      expect(await get("/static/missing")).toMatchObject({ status: 404, text: "Not Found\n" });
      expect(await get("/static/small.txt", { method: "DELETE" })).toMatchObject({ status: 405 });
      expect(await get("/missing")).toMatchObject({ status: 404, text: NOTHING_HERE });
    });

    it("keeps what the application has set, but for what is judged", async () => {
      const fields = { "Cache-Control": "private", ETag: '"mine"', Vary: "Origin", "X-Own": "1" };
      const { get } = await listen({ fields });
      for (const headers of [{}, { "If-None-Match": "*" }, { Range: "bytes=0-0" }]) {
        const answer = await get("/static/small.txt", { headers });
        expect(answer.headers.get("cache-control")).toBe("private");
        expect(answer.headers.get("x-own")).toBe("1");
        expect(answer.headers.get("vary")?.toLowerCase()).toBe("origin, accept-encoding");
        expect(answer.headers.get("etag")).not.toBe('"mine"');
      }
    });

    it("sends the one file that the application has chosen", async () => {
      const { get } = await listen();
      const { status, headers, text } = await get("/document");
      expect([status, text]).toEqual([200, "a small file"]);
      expect(headers.get("content-disposition")).toContain(`UTF-8''${encodeURIComponent(CHOSEN)}`);
      const etag = headers.get("etag") ?? "";
      expect(await get("/document", { headers: { "If-None-Match": etag } })).toMatchObject({ status: 304 });
      const part = await get("/document", { headers: { Range: "bytes=2-6" } });
      expect(part).toMatchObject({ status: 206, text: "small" });
      expect(part.headers.get("content-range")).toBe("bytes 2-6/12");
    });

    it("answers by itself where the file that the application has chosen isn't there", async () => {
      const { get } = await listen();
      expect(await get("/no-document")).toMatchObject({ status: 404, text: NOTHING_HERE });
    });

    it("tells a HEAD what a GET would send", async () => {
      const { get } = await listen();
      for (const target of ["/static/small.txt", "/document"]) {
        const full = await get(target);
        const head = await get(target, { method: "HEAD" });
        expect([target, head.status, head.text]).toEqual([target, full.status, ""]);
        for (const field of [
          "content-length",
          "content-type",
          "etag",
          "last-modified",
          "content-disposition",
        ])
          expect([target, field, head.headers.get(field)]).toEqual([target, field, full.headers.get(field)]);
      }
    });

    it("hands a failure to its own handling of errors, and the client learns nothing of its cause", async () => {
      const failures = [
        [500, new Error("/srv/secret")],
        [503, new SourceError("busy", new Error("/srv/secret"))],
        [403, new SourceError("forbidden", new Error("/srv/secret"))],
      ] as const;
      for (const [status, failure] of failures) {
        const told: Error[] = [];
        const source: Source = { find: () => Promise.reject(failure) };
        const toldAgain: unknown[] = [];
        const options = { onError: (error: unknown) => toldAgain.push(error) };
        const { get } = await listen({
          root: source,
          options,
          onError: (error) => told.push(error as Error),
        });
        const answer = await get("/static/small.txt");
        expect(answer.status).toBe(status);
        expect(JSON.stringify([...answer.headers, answer.text])).not.toContain("/srv/secret");
        expect(told).toMatchObject([{ status, statusCode: status, cause: failure }]);
        expect(toldAgain).toEqual([]);
      }
    });

    it("tells of each answer when it has ended, and of what went on nothing", async () => {
      const events: Delivered[] = [];
      const { get } = await listen({ options: { onDelivered: (event) => events.push(event) } });
      await get("/static/missing");
      await get("/static/small.txt");
      await get("/static/small.txt", { headers: { Range: "bytes=0-4" } });
      await get("/static/small.txt", { headers: { "If-None-Match": "*" } });
      await get("/static/small.txt", { method: "HEAD" });
      await get("/document");
      await expect.poll(() => events, PATIENCE).toHaveLength(5);
      expect(events.map(({ status, judged, bytes, aborted }) => [status, judged, bytes, aborted])).toEqual([
        [200, "full", 12, false],
        [206, "partial", 5, false],
        [304, "not-modified", 0, false],
        [200, "full", 0, false],
        [200, "full", 12, false],
      ]);
    });

    it("reads no more than a slow reader takes, and lets go when it leaves", async () => {
      const source = new PulledSource(1024 * MEBIBYTE);
      const events: Delivered[] = [];
      const { port } = await listen({
        root: source,
        options: { onDelivered: (event) => events.push(event) },
      });
      const connection = await RawConnection.open(port);
      connection.send(requestText("/static/large.bin"));
      expect((await connection.head()).field("content-length")).toBe(String(source.length));
      await untilStill(() => source.pulled);
      expect(source.pulled).toBeLessThan(64 * MEBIBYTE);
      expect(source.opened).toBe(1);
      connection.close();
      await expect.poll(() => [source.opened, events.length], PATIENCE).toEqual([0, 1]);
      expect(events).toMatchObject([{ status: 200, aborted: true }]);
    });
  });
}

/** Waits until a count has stood still for a while. */
async function untilStill(count: () => number): Promise<void> {
  for (let last = -1, still = 0; still < 10; await delay(20)) {
    still = count() === last ? still + 1 : 0;
    last = count();
  }
}
