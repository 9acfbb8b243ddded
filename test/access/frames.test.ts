/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import { allow, stet, type StetOptions } from "../../src/index.ts";
import { nginx } from "../../src/deliveries.ts";
import { type RawResponse, request as requestRaw } from "../support/raw-connection.ts";
import { type Served, test } from "../support/served-test.ts";

const FRAMES = ["iframe", "frame", "embed", "object", "fencedframe"];

/** What a browser tells of a request that a page starts. */
function fields(site: string, destination: string): Record<string, string> {
  return { "Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination, "Sec-Fetch-Mode": "navigate" };
}

/** All of a response but its date. */
function whole({ head, text }: RawResponse): string {
  return [head.status, ...head.lines.filter(([name]) => name.toLowerCase() !== "date"), text].join("\n");
}

const ask = ({ get }: Served, target: string, given: Record<string, string> = {}): Promise<RawResponse> =>
  get(target, { fields: given });

describe("a frame of a page of another origin", () => {
  const TARGETS = ["/photo.png", "/page.html", "/folder", "/folder/", "/folder/../x", "/.hidden", "/"];

  for (const site of ["cross-site", "same-site"]) {
    for (const destination of FRAMES) {
      test(`${site}, ${destination}: the same 404, whatever exists`, async ({ folder, serve }) => {
        await folder.writeOld("photo.png", "png");
        await folder.writeOld("page.html", "html");
        await folder.writeOld("folder/index.html", "index");
        const served = await serve({ untrusted: true, list: true });
        const missing = await ask(served, "/missing", fields(site, destination));
        expect([missing.status, missing.field("vary")]).toEqual([404, "Sec-Fetch-Dest, Sec-Fetch-Site"]);
        for (const target of TARGETS) {
          const answer = await ask(served, target, fields(site, destination));
          expect([target, whole(answer)]).toEqual([target, whole(missing)]);
        }
      });
    }
  }

  test("neither is answered from memory, nor remembered for others", async ({ folder, serve }) => {
    await folder.writeOld("photo.png", "png");
    const served = await serve({ untrusted: true });
    const foreign = fields("cross-site", "iframe");
    for (let round = 0; round < 3; round++) {
      expect((await ask(served, "/photo.png", foreign)).status).toBe(404);
      const own = await ask(served, "/photo.png", fields("same-origin", "iframe"));
      expect([own.status, own.text]).toEqual([200, "png"]);
      const tag = own.field("etag") ?? "";
      expect((await ask(served, "/photo.png", { ...foreign, "If-None-Match": tag })).status).toBe(404);
      expect((await ask(served, "/photo.png", { "If-None-Match": tag })).status).toBe(304);
    }
  });

  test("reaches the next handler as a missing file does", async ({ folder, serveApp }) => {
    await folder.writeOld("photo.png", "png");
    const { node } = stet(folder.path, { untrusted: true });
    const port = await serveApp(
      (request, response) =>
        void node(request, response, () => response.writeHead(404, { "Content-Length": 4 }).end("next")),
    );
    for (const target of ["photo.png", "missing"]) {
      const answer = await fetch(`http://127.0.0.1:${port}/${target}`);
      expect([target, await answer.text()]).toEqual([target, target === "missing" ? "next" : "png"]);
    }
    const answer = await requestRaw(port, "/photo.png", { fields: fields("cross-site", "object") });
    expect([answer.status, answer.text]).toEqual([404, "next"]);
  });

  test("gets nothing by send, of a path or of a content at hand", async ({ folder, serveApp }) => {
    await folder.writeOld("photo.png", "png");
    const { send } = stet(folder.path);
    const port = await serveApp((request, response) => {
      const file = request.url === "/path" ? "photo.png" : new TextEncoder().encode("png");
      void send(request, response, file, { untrusted: true });
    });
    for (const target of ["/path", "/bytes"]) {
      const foreign = await requestRaw(port, target, { fields: fields("cross-site", "iframe") });
      expect([target, foreign.status]).toEqual([target, 404]);
      const own = await requestRaw(port, target);
      expect([target, own.status, own.field("vary")]).toEqual([
        target,
        200,
        "Sec-Fetch-Dest, Sec-Fetch-Site",
      ]);
    }
  });

  test("isn't told by a guard or a server in front either", async ({ folder, serve }) => {
    await folder.writeOld("photo.png", "png");
    const asked: string[] = [];
    const served = await serve({
      untrusted: true,
      delivery: nginx({ "/": "/_private/" }),
      guard: ({ path }) => (asked.push(path), allow()),
    });
    const answer = await ask(served, "/photo.png", fields("cross-site", "iframe"));
    expect([answer.status, answer.field("x-accel-redirect"), asked]).toEqual([404, undefined, []]);
    expect((await ask(served, "/photo.png")).field("x-accel-redirect")).toBe("/_private/photo.png");
  });
});

describe("who gets the file", () => {
  const others: readonly (readonly [options: StetOptions, fields: Record<string, string>])[] = [
    [{ untrusted: true }, {}],
    [{ untrusted: true }, fields("same-origin", "iframe")],
    [{ untrusted: true }, fields("none", "document")],
    [{ untrusted: true }, fields("cross-site", "document")],
    [{ untrusted: true }, fields("cross-site", "image")],
    [{ untrusted: { crossOriginResourcePolicy: "same-site" } }, fields("same-site", "iframe")],
    [{ untrusted: { crossOriginResourcePolicy: "cross-origin" } }, fields("cross-site", "iframe")],
    [{ untrusted: { crossOriginResourcePolicy: false } }, fields("cross-site", "iframe")],
    [{}, fields("cross-site", "iframe")],
  ];
  for (const [options, given] of others) {
    test(JSON.stringify([options, given]), async ({ folder, serve }) => {
      await folder.writeOld("photo.png", "png");
      const answer = await ask(await serve(options), "/photo.png", given);
      expect([answer.status, answer.text]).toEqual([200, "png"]);
    });
  }

  test("by the policy same-site, no frame of another site", async ({ folder, serve }) => {
    await folder.writeOld("photo.png", "png");
    const served = await serve({ untrusted: { crossOriginResourcePolicy: "same-site" } });
    expect((await ask(served, "/photo.png", fields("cross-site", "iframe"))).status).toBe(404);
  });
});

describe("Vary", () => {
  const VARY = "Sec-Fetch-Dest, Sec-Fetch-Site";

  test("is on every answer of the policy, beside what else there is", async ({ folder, serve }) => {
    await folder.writeOld("notes.txt", "text");
    await folder.writeOld("notes.txt.gz", "gzip");
    const served = await serve({ untrusted: true, precompressed: ["gzip"], headers: { Vary: "Origin" } });
    const tag = (await ask(served, "/notes.txt")).field("etag") ?? "";
    const requests: readonly (readonly [status: number, target: string, fields: Record<string, string>])[] = [
      [200, "/notes.txt", {}],
      [206, "/notes.txt", { Range: "bytes=0-0" }],
      [304, "/notes.txt", { "If-None-Match": tag }],
      [412, "/notes.txt", { "If-Match": '"other"' }],
      [416, "/notes.txt", { Range: "bytes=99-" }],
      [404, "/missing", {}],
      [400, "/../x", {}],
    ];
    for (const [status, target, given] of requests) {
      const answer = await ask(served, target, given);
      const names = answer.field("vary")?.split(", ") ?? [];
      expect([target, answer.status, names]).toEqual([
        target,
        status,
        expect.arrayContaining(["Origin", ...VARY.split(", ")]),
      ]);
    }
  });

  test("names no such field where every page may embed the files", async ({ folder, serve }) => {
    await folder.writeOld("notes.txt", "text");
    for (const options of [{}, { untrusted: { crossOriginResourcePolicy: "cross-origin" } }] as const) {
      expect((await ask(await serve(options), "/notes.txt")).field("vary")).toBeUndefined();
    }
  });

  test("is true: two requests that agree in its fields get the same status", async ({ folder }) => {
    await folder.writeOld("notes.txt", "text");
    const files = stet(folder.path, { untrusted: true });
    const value = fc.constantFrom(...FRAMES, "document", "image", "", "cross-site", "same-site", "none");
    await fc.assert(
      fc.asyncProperty(value, value, value, async (site, destination, mode) => {
        const status = async (headers: Record<string, string>): Promise<number> =>
          (await files.fetch(new Request("http://localhost/notes.txt", { headers }))).status;
        const given = { "Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination };
        const isForeign = ["cross-site", "same-site"].includes(site) && FRAMES.includes(destination);
        expect(await status({ ...given, "Sec-Fetch-Mode": mode })).toBe(isForeign ? 404 : 200);
        expect(await status(given)).toBe(isForeign ? 404 : 200);
      }),
    );
  });
});
