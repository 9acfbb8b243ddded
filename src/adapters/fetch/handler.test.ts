import { describe, expect, it } from "vitest";
import { memory, type Source, SourceError, stet } from "../../index.ts";

const SITE = memory({ "a.txt": "the text", "folder/index.html": "<p>index</p>" });
const files = stet(SITE);

function request(target: string, init?: RequestInit): Request {
  return new Request(`http://localhost${target}`, init);
}

describe("fetch under a framework", () => {
  it("lets what isn't there go on to next, and gives what it gives", async () => {
    expect(await files.fetch(request("/missing"), () => "next")).toBe("next");
    expect(await files.fetch(request("/a.txt", { method: "POST" }), async () => "next")).toBe("next");
    expect(await files.fetch(request("/a.txt"), () => "next")).toMatchObject({ status: 200 });
  });

  it("answers it without one, whatever else the runtime gives", async () => {
    const { fetch }: { fetch: (request: Request, env: object, context: object) => Promise<Response> } = files;
    expect(await fetch(request("/missing"), { BINDING: 1 }, {})).toMatchObject({ status: 404 });
    expect(await fetch(request("/a.txt"), { BINDING: 1 }, {})).toMatchObject({ status: 200 });
  });

  it("answers it where fallthrough is false", async () => {
    const closed = stet(SITE, { fallthrough: false });
    expect(await closed.fetch(request("/missing"), () => "next")).toMatchObject({ status: 404 });
  });

  it("throws a failure, and tells it to nobody else", async () => {
    const failure = new SourceError("busy", new Error("/srv/secret"));
    const source: Source = { find: () => Promise.reject(failure) };
    const told: unknown[] = [];
    const failing = stet(source, {
      headers: { "Access-Control-Allow-Origin": "*" },
      onError: (error) => told.push(error),
    });
    await expect(failing.fetch(request("/a.txt"), () => "next")).rejects.toMatchObject({
      name: "DeliveryError",
      message: "Service Unavailable",
      status: 503,
      statusCode: 503,
      expose: false,
      headers: { "Retry-After": "1", "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*" },
      cause: failure,
    });
    expect(told).toEqual([]);
  });

  it("takes a mount off the front", async () => {
    const next = (): string => "next";
    expect(await files.fetch(request("/static/a.txt"), next, "/static")).toMatchObject({ status: 200 });
    expect(await files.fetch(request("/a.txt"), next, "/static")).toBe("next");
    const redirect = await files.fetch(request("/static/folder?page=2"), next, "/static");
    expect(redirect).toMatchObject({ status: 301 });
    expect(redirect instanceof Response && redirect.headers.get("location")).toBe("folder/?page=2");
  });

  it("sends the one file, or goes on", async () => {
    const next = (): string => "next";
    expect(await files.send(request("/any"), "missing.txt", {}, next)).toBe("next");
    expect(await files.send(request("/any"), "a.txt", undefined, next)).toMatchObject({ status: 200 });
    expect(await files.send(request("/any"), "missing.txt")).toMatchObject({ status: 404 });
  });
});
