import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivered, StetOptions } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { noise } from "../support/noise.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";

/** What came back through an adapter. */
export interface AdapterAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** One adapter at work: a way to ask it, and to stop what it started. */
export interface Adapted {
  /** @throws where the answer breaks off before its end */
  ask(method: string, target: string, headers?: Readonly<Record<string, string>>): Promise<AdapterAnswer>;
  /** Asks for a large file, reads a little of it, and goes away. */
  abandon(target: string): Promise<void>;
  stop(): Promise<void>;
}

type Way = readonly [words: string, options: StetOptions];

/** More than a connection takes before its client reads. Bytes. */
const LARGE = 24_000_000;

/** The ways on which an answer is come to. */
export const WAYS: readonly Way[] = [
  ["what is known is kept", {}],
  ["nothing is kept", { cache: false }],
  ["the thread pool waits for the disk", { blocking: false }],
];

/** A folder that was changed lately isn't kept. Milliseconds. */
const SETTLED = 2100;

/** What every adapter does: it translates, and decides nothing. */
export function describeAdapter(
  name: string,
  adapt: (root: string, options: StetOptions) => Promise<Adapted>,
  ways: readonly Way[] = WAYS,
): void {
  describe.each(ways)(`the adapter contract: ${name}: %s`, (_, options) => {
    const events: Delivered[] = [];
    let asked = 0;
    const content = noise(LARGE, "large");
    let folder: Folder;
    let adapted: Adapted;

    beforeAll(async () => {
      folder = await Folder.make();
      await folder.writeOld("small.txt", "a small file");
      await folder.writeOld("large.bin", content);
      await folder.writeOld("folder/index.html", "<p>index</p>");
      if (Object.keys(options).length === 0) await delay(SETTLED);
      adapted = await adapt(folder.path, { ...options, onDelivered: (event) => events.push(event) });
    });

    const ask = (...call: Parameters<Adapted["ask"]>): Promise<AdapterAnswer> => {
      asked += 1;
      return adapted.ask(...call);
    };

    // What is asked a second time may be known.
    const askTwice = async (...call: Parameters<Adapted["ask"]>): Promise<AdapterAnswer> => {
      await ask(...call);
      return ask(...call);
    };

    afterAll(async () => {
      await adapted.stop();
      await folder.remove();
    });

    /** What is told of the last request: each is told of once. */
    const lastEvent = async (): Promise<Delivered> => {
      await expect.poll(() => events.length).toBe(asked);
      return events.at(-1)!;
    };

    it("sends a small file with its length", async () => {
      const { status, headers, body } = await askTwice("GET", "/small.txt");
      expect(status).toBe(200);
      expect(headers.get("content-length")).toBe("12");
      expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(Buffer.from(body).toString()).toBe("a small file");
      expect(await lastEvent()).toMatchObject({ status: 200, judged: "full", bytes: 12, aborted: false });
    });

    it("sends a large file byte by byte", async () => {
      const { headers, body } = await askTwice("GET", "/large.bin");
      expect(headers.get("content-length")).toBe(String(LARGE));
      expect(Buffer.compare(body, content)).toBe(0);
      expect(await lastEvent()).toMatchObject({ judged: "full", bytes: LARGE, aborted: false });
    });

    it("answers a condition with 304 and no content", async () => {
      const etag = (await ask("HEAD", "/small.txt")).headers.get("etag") ?? "";
      const { status, headers, body } = await askTwice("GET", "/small.txt", { "If-None-Match": etag });
      expect(status).toBe(304);
      expect(headers.get("etag")).toBe(etag);
      expect(body).toHaveLength(0);
      expect(await lastEvent()).toMatchObject({
        status: 304,
        judged: "not-modified",
        bytes: 0,
        aborted: false,
      });
    });

    it("sends a part, small or large", async () => {
      const small = await askTwice("GET", "/large.bin", { Range: "bytes=1000-1009" });
      expect(small.status).toBe(206);
      expect(small.headers.get("content-range")).toBe(`bytes 1000-1009/${LARGE}`);
      expect(Buffer.compare(small.body, content.subarray(1000, 1010))).toBe(0);
      const large = await ask("GET", "/large.bin", { Range: "bytes=-1000000" });
      expect(Buffer.compare(large.body, content.subarray(-1_000_000))).toBe(0);
    });

    it("describes to a HEAD what a GET would send", async () => {
      const head = await askTwice("HEAD", "/large.bin");
      expect(head.status).toBe(200);
      expect(head.headers.get("content-length")).toBe(String(LARGE));
      expect(head.body).toHaveLength(0);
    });

    it("redirects to a directory's slash, and shows its index there", async () => {
      const redirect = await ask("GET", "/folder?page=2");
      expect(redirect.status).toBe(301);
      expect(redirect.headers.get("location")).toBe("folder/?page=2");
      expect(Buffer.from((await ask("GET", "/folder/")).body).toString()).toBe("<p>index</p>");
    });

    it("answers what isn't there, and what isn't asked so", async () => {
      expect((await ask("GET", "/missing")).status).toBe(404);
      const refused = await ask("DELETE", "/small.txt");
      expect(refused.status).toBe(405);
      expect(refused.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
      expect((await ask("OPTIONS", "/small.txt")).status).toBe(204);
    });

    it("lets go of the file when the client goes away", async () => {
      asked += 1;
      await adapted.abandon("/large.bin");
      expect(await lastEvent()).toMatchObject({ aborted: true });
      await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
    });

    it("breaks off where the file is cut short, and never pads it", async () => {
      await folder.writeOld("cut.bin", content);
      const outcome = ask("GET", "/cut.bin", { "X-Pause": "1" }).then(
        ({ body }) => body.length,
        () => "broken off" as const,
      );
      await folder.write("cut.bin", content.subarray(0, 100));
      // Either the judgement came after the cut, which empties the file first, and the short file is whole; or the answer
      // breaks off.
      expect(["broken off", 0, 100, LARGE]).toContain(await outcome);
      await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(0);
    });
  });
}
