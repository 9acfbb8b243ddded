/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { brotliCompressSync, constants, gunzipSync, gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { type StetOptions, stet } from "../../src/index.ts";
import { type Folder, LONG_AGO } from "../support/folder.ts";
import { countDescriptorsBelow } from "../support/process-reading.ts";
import { noise } from "../support/noise.ts";
import type { Fields, RawResponse } from "../support/raw-connection.ts";
import { type Served, test } from "../support/served-test.ts";

/** Larger than what is kept in memory of a file, so that parts of it are kept alone. */
const LARGE = noise(300_000, "large").toString("hex");
const SMALL = "const answer = 42;\n".repeat(500);

const POLICIES: Readonly<Record<string, StetOptions>> = {
  "as it comes": {},
  "that keeps nothing": { cache: false },
  "that reads in the thread pool": { blocking: false },
};

/** Quick, since what is tested isn't how small it gets. */
const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const brotli = (text: string): Buffer => brotliCompressSync(text, QUICK);

async function plant(folder: Folder, text: string): Promise<void> {
  await folder.writeOld("app.js", text);
  await folder.writeOld("app.js.br", brotli(text));
  await folder.writeOld("app.js.gz", gzipSync(text));
}

async function tagsOf({ get }: Served): Promise<Record<"identity" | "gzip" | "br", string>> {
  const tagOf = async (coding: string): Promise<string> => {
    const { field } = await get("/app.js", { fields: { "Accept-Encoding": coding } });
    expect(field("content-encoding") ?? "identity").toBe(coding);
    return field("etag") ?? "";
  };
  return { identity: await tagOf("identity"), gzip: await tagOf("gzip"), br: await tagOf("br") };
}

function expectPart(response: RawResponse, whole: string | Buffer, tag: string, coding?: string): void {
  const { status, field, content } = response;
  expect([status, field("content-range"), field("etag"), field("content-encoding"), field("vary")]).toEqual([
    206,
    `bytes 10-19/${whole.length}`,
    tag,
    // A client that has the rest holds it already, and is told of it no more.
    coding,
    "Accept-Encoding",
  ]);
  expect(content).toEqual(Buffer.from(whole).subarray(10, 20));
}

describe("a range of a file that has coded siblings", () => {
  for (const [words, options] of Object.entries(POLICIES)) {
    for (const [size, text] of Object.entries({ small: SMALL, large: LARGE })) {
      test(`is of the file itself, under a policy ${words}: ${size}`, async ({ folder, serve }) => {
        await plant(folder, text);
        const served = await serve(options);
        const tags = await tagsOf(served);
        const part = { Range: "bytes=10-19" };
        for (let round = 0; round < 3; round++) {
          for (const accepted of [
            "gzip, deflate, br",
            "gzip",
            "br;q=1, gzip;q=0.5",
            "*",
            "identity;q=0.1, br",
          ]) {
            const fields = { ...part, "Accept-Encoding": accepted };
            expectPart(await served.get("/app.js", { fields }), text, tags.identity);
          }
          const several = await served.get("/app.js", {
            fields: { "Accept-Encoding": "gzip", Range: "bytes=0-9,2000-2009" },
          });
          expect(several.status).toBe(206);
          expect(several.text).toContain(`Content-Range: bytes 2000-2009/${text.length}`);
          const beyond = await served.get("/app.js", {
            fields: { "Accept-Encoding": "br", Range: `bytes=${text.length}-` },
          });
          expect([beyond.status, beyond.field("content-range")]).toEqual([416, `bytes */${text.length}`]);
          // Without a range, the choice is what it was.
          const whole = await served.get("/app.js", { fields: { "Accept-Encoding": "gzip" } });
          expect([whole.status, whole.field("content-encoding")]).toEqual([200, "gzip"]);
        }
      });

      test(`is of the coded form whose tag is named, under a policy ${words}: ${size}`, async ({
        folder,
        serve,
      }) => {
        await plant(folder, text);
        const served = await serve(options);
        const tags = await tagsOf(served);
        const [gzip, br] = [gzipSync(text), brotli(text)];
        const ask = (fields: Fields): Promise<RawResponse> =>
          served.get("/app.js", { fields: { Range: "bytes=10-19", ...fields } });
        const all = { "Accept-Encoding": "gzip, deflate, br" };
        for (let round = 0; round < 3; round++) {
          expectPart(await ask({ ...all, "If-Range": tags.gzip }), gzip, tags.gzip);
          expectPart(await ask({ ...all, "If-Range": tags.br }), br, tags.br);
          expectPart(await ask({ ...all, "If-Range": tags.identity }), text, tags.identity);
          expectPart(await ask({ ...all, "If-Match": tags.gzip }), gzip, tags.gzip, "gzip");
          expectPart(await ask({ ...all, "If-Match": tags.identity }), text, tags.identity);
          expectPart(await ask({ "Accept-Encoding": "identity;q=0, gzip" }), gzip, tags.gzip, "gzip");
          // Other conditions are of the form that the range is of, too.
          const resumed = { ...all, "If-Range": tags.gzip };
          expectPart(await ask({ ...resumed, "If-None-Match": tags.identity }), gzip, tags.gzip);
          const { status, field } = await ask({ ...resumed, "If-None-Match": tags.gzip });
          expect([status, field("etag")]).toEqual([304, tags.gzip]);
        }
      });

      test(`is the whole file where its If-Range doesn't hold, under a policy ${words}: ${size}`, async ({
        folder,
        serve,
      }) => {
        await plant(folder, text);
        const served = await serve(options);
        const tags = await tagsOf(served);
        for (const [condition, accepted] of [
          ['"another"', "gzip, br"],
          [`W/${tags.gzip}`, "gzip, br"],
          // What the client has is coded, and it takes that no more.
          [tags.gzip, "br"],
          [tags.br, "identity"],
          // A date may be that of each form.
          [new Date(LONG_AGO).toUTCString(), "gzip, br"],
        ]) {
          const fields = {
            Range: "bytes=10-19",
            "If-Range": condition ?? "",
            "Accept-Encoding": accepted ?? "",
          };
          for (let round = 0; round < 3; round++) {
            const { status, field, text: told } = await served.get("/app.js", { fields });
            expect([condition, status, field("content-encoding"), field("etag")]).toEqual([
              condition,
              200,
              undefined,
              tags.identity,
            ]);
            expect(told === text).toBe(true);
          }
        }
      });
    }
  }

  test("changes no choice where it is none", async ({ folder, serve }) => {
    await plant(folder, SMALL);
    const { get } = await serve();
    const many = Array.from({ length: 65 }, (_, index) => `${index * 100}-${index * 100}`).join(",");
    for (const range of ["items=0-9", "bytes=9-0", "bytes=x", "bytes=", `bytes=${many}`]) {
      for (let round = 0; round < 2; round++) {
        const { status, field, content } = await get("/app.js", {
          fields: { "Accept-Encoding": "gzip", Range: range },
        });
        expect([range, status, field("content-encoding")]).toEqual([range, 200, "gzip"]);
        expect(gunzipSync(content).toString()).toBe(SMALL);
      }
    }
    const head = await get("/app.js", {
      method: "HEAD",
      fields: { "Accept-Encoding": "gzip", Range: "bytes=0-9" },
    });
    expect([head.status, head.field("content-encoding")]).toEqual([200, "gzip"]);
  });

  test("leaves no file open, whichever it is of", async ({ folder, serve }) => {
    await plant(folder, LARGE);
    const served = await serve({ cache: false });
    const tags = await tagsOf(served);
    const before = countDescriptorsBelow(folder.path);
    for (const condition of [tags.gzip, tags.br, tags.identity, '"another"']) {
      await served.get("/app.js", {
        fields: { "Accept-Encoding": "gzip, br", Range: "bytes=10-19", "If-Range": condition },
      });
    }
    await expect.poll(() => countDescriptorsBelow(folder.path)).toBe(before);
  });

  test("is of the new version once the file was replaced", async ({ folder, serve }) => {
    await plant(folder, SMALL);
    const served = await serve();
    const before = await tagsOf(served);
    const next = SMALL.toUpperCase();
    const later = new Date(LONG_AGO.getTime() + 60_000);
    await folder.replace("app.js", next, later);
    await folder.replace("app.js.gz", gzipSync(next), later);
    await folder.replace("app.js.br", brotli(next), later);
    const fields = { "Accept-Encoding": "gzip, br", Range: "bytes=10-19", "If-Range": before.gzip };
    const stale = await served.get("/app.js", { fields });
    expect([stale.status, stale.field("content-encoding"), stale.text]).toEqual([200, undefined, next]);
    const tags = await tagsOf(served);
    const resumed = await served.get("/app.js", { fields: { ...fields, "If-Range": tags.gzip } });
    expectPart(resumed, gzipSync(next), tags.gzip);
  });

  test("is so by fetch, too", async ({ folder }) => {
    await plant(folder, SMALL);
    const { fetch } = stet(folder.path);
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(new Request("http://localhost/app.js", { headers: { "Accept-Encoding": "gzip", ...headers } }));
    const coded = (await ask({})).headers.get("etag") ?? "";
    const part = await ask({ Range: "bytes=10-19" });
    expect([part.status, await part.text()]).toEqual([206, SMALL.slice(10, 20)]);
    const resumed = await ask({ Range: "bytes=10-", "If-Range": coded });
    expect(Buffer.from(await resumed.arrayBuffer())).toEqual(gzipSync(SMALL).subarray(10));
  });
});
