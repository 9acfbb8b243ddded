import { Hono } from "hono";
import { compress } from "hono/compress";
import { cors } from "hono/cors";
import { describe, expect, it } from "vitest";
import { stetHono } from "../../hono.ts";
import { memory, stet } from "../../index.ts";

const files = stet(
  memory({ "a.txt": "the text ".repeat(500), "a.txt.gz": "gz", "folder/index.html": "<p>index</p>" }),
);

describe("under Hono", () => {
  it("stands where an application is put into another", async () => {
    const inner = new Hono().use("/files/*", stetHono(files));
    const app = new Hono().route("/:version", inner);
    expect((await app.request("/v1/files/a.txt")).status).toBe(200);
    const redirect = await app.request("/v1/files/folder");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([301, "folder/"]);
    expect((await app.request("/v1/a.txt")).status).toBe(404);
  });

  it("keeps the fields of other middlewares, and both reasons to vary", async () => {
    const app = new Hono().use(cors({ origin: "https://example.com" })).use("/*", stetHono(files));
    const { headers } = await app.request("/a.txt", { headers: { Origin: "https://example.com" } });
    expect(headers.get("access-control-allow-origin")).toBe("https://example.com");
    expect(headers.get("vary")?.split(", ").toSorted()).toEqual(["Accept-Encoding", "Origin"]);
  });

  it("sends no part that a middleware has compressed, and no coded file that it has coded again", async () => {
    const app = new Hono().use(compress()).use("/*", stetHono(files));
    const headers = { "Accept-Encoding": "gzip" };
    expect(await (await app.request("/a.txt", { headers })).text()).toBe("gz");
    const part = await app.request("/a.txt", {
      headers: { "Accept-Encoding": "identity", Range: "bytes=0-2" },
    });
    expect([part.status, part.headers.get("content-encoding"), await part.text()]).toEqual([
      206,
      null,
      "the",
    ]);
  });

  it("refuses what stet() hasn't made", () => {
    expect(() => stetHono("./public" as never)).toThrow(
      new TypeError('stetHono() takes what stet() makes, such as stet("public"), not "./public".'),
    );
  });
});
