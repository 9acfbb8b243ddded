import { mkdirSync, symlinkSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  allow,
  type Delivered,
  deny,
  type Guard,
  type GuardedRequest,
  stet,
  type StetOptions,
} from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { type RawRequest, type RawResponse, request } from "../support/raw-connection.ts";

let folder: Folder;
const stopping: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await Folder.make();
  await folder.writeOld("plan.pdf", "the plan");
  await folder.writeOld("plan.pdf.gz", "the plan, coded");
  await folder.writeOld("app-3f9a1c2b.js", "a fingerprinted name");
  await folder.writeOld("page.html", "by extension");
  await folder.writeOld("sub/index.html", "<p>index</p>");
  mkdirSync(folder.to("listed"));
  symlinkSync("/etc/hostname", folder.to("outside"));
});

afterAll(() => folder.remove());
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

async function serve(guard: Guard, options: StetOptions = {}): Promise<Asker> {
  const { node } = stet(folder.path, {
    extensions: ["html"],
    list: true,
    onError: () => undefined,
    ...options,
    guard,
  });
  return serveApp((request, response) => void node(request, response));
}

async function serveApp(listener: RequestListener): Promise<Asker> {
  const { port, close } = await listen(listener);
  stopping.push(close);
  return (target, raw) => request(port, target, raw);
}

type Asker = (target: string, request?: RawRequest) => Promise<RawResponse>;

/** All that a client can see of an answer, but for the time. */
function visible({ head, text }: RawResponse): unknown {
  return [head.status, head.lines.filter(([name]) => name !== "date"), text];
}

const TARGETS = [
  "/plan.pdf",
  "/page",
  "/sub/",
  "/sub",
  "/listed/",
  "/listed",
  "/outside",
  "/missing",
  "/missing/",
];
const METHODS = ["GET", "HEAD", "OPTIONS"];

describe("a client that may not have it", () => {
  it.each([404, 403, 401] as const)("can't tell by a %i what is there from what isn't", async (status) => {
    const open = await serve(() => allow());
    const etag = (await open("/plan.pdf")).field("ETag") ?? "";
    const date = (await open("/plan.pdf")).field("Last-Modified") ?? "";
    const ask = await serve(() => deny(status));
    const requests: NonNullable<RawRequest["fields"]>[] = [
      {},
      { "If-None-Match": etag },
      { "If-None-Match": "*" },
      { "If-Match": '"no"' },
      { "If-Match": "*" },
      { "If-Modified-Since": date },
      { "If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT" },
      { Range: "bytes=0-1" },
      { Range: "bytes=99-" },
      { Range: "bytes=0-1", "If-Range": etag },
      { "Accept-Encoding": "gzip" },
      { "Accept-Encoding": "identity;q=0" },
    ];
    for (const method of METHODS) {
      const reference = visible(await ask("/missing", { method }));
      for (const fields of requests) {
        for (const target of TARGETS) {
          const answer = await ask(target, { method, fields });
          expect([target, fields, visible(answer)]).toEqual([target, fields, reference]);
        }
      }
    }
    expect((await ask("/plan.pdf")).field("WWW-Authenticate")).toBe(status === 401 ? "Session" : undefined);
  });

  it("can't tell it by the page of a single-page application, either", async () => {
    const ask = await serve(({ path }) => (path === "plan.pdf" ? allow() : deny()), { spa: "plan.pdf" });
    const closed = await serve(() => deny(), { spa: "plan.pdf" });
    for (const method of METHODS) {
      for (const accept of ["text/html", "image/png"]) {
        const asked = { method, fields: { accept } };
        for (const asker of [ask, closed]) {
          const reference = visible(await asker("/missing", asked));
          for (const target of ["/page", "/sub/", "/sub", "/listed/", "/listed", "/outside", "/missing/"]) {
            expect([target, asked, visible(await asker(target, asked))]).toEqual([target, asked, reference]);
          }
        }
      }
    }
    expect((await ask("/sub", { fields: { accept: "text/html" } })).text).toBe("the plan");
  });

  it("isn't shown what the files of someone else's look like to the system, either", async () => {
    const errors: unknown[] = [];
    const failing = {
      find: () => Promise.reject(new Error("the disk is gone")),
    };
    const server = stet(failing, { guard: () => deny(404), onError: (error) => errors.push(error) });
    expect((await server.fetch(new Request("http://localhost/plan.pdf"))).status).toBe(404);
    const allowed = stet(failing, { guard: () => allow(), onError: (error) => errors.push(error) });
    expect((await allowed.fetch(new Request("http://localhost/plan.pdf"))).status).toBe(500);
    expect(errors).toHaveLength(1);
  });
});

describe("a guard", () => {
  it("is asked once, about what would be served", async () => {
    const asked: Pick<GuardedRequest, "path" | "resource" | "method">[] = [];
    const ask = await serve(({ path, resource, method }) => {
      asked.push({ path, resource, method });
      return allow();
    });
    for (const [target, path, resource] of [
      ["/plan.pdf?download", "plan.pdf", "file"],
      ["/%70lan.pdf", "plan.pdf", "file"],
      ["/page", "page.html", "file"],
      ["/sub/", "sub/index.html", "file"],
      ["/sub", "sub/", "directory"],
      ["/listed/", "listed/", "directory"],
      ["/missing", "missing", undefined],
      ["/outside", "outside", undefined],
    ] as const) {
      asked.splice(0);
      await ask(target, { fields: { "Accept-Encoding": "gzip", Range: "bytes=0-0" } });
      expect([target, asked]).toEqual([target, [{ path, resource, method: "GET" }]]);
    }
  });

  it("isn't asked about what leads nowhere, whoever asks", async () => {
    const asked: string[] = [];
    const ask = await serve(({ path }) => {
      asked.push(path);
      return allow();
    });
    expect((await ask("/.git/config")).status).toBe(404);
    expect((await ask("/a/%2e%2e/plan.pdf")).status).toBe(400);
    expect((await ask("/plan.pdf", { method: "DELETE" })).status).toBe(405);
    expect(asked).toEqual([]);
  });

  it("sees the request as it is, by either interface, and its fields alike", async () => {
    const seen: unknown[] = [];
    const guard: Guard = ({ request, field }) => {
      seen.push([request.constructor.name, field("X-User"), field("x-none")]);
      return field("x-user") === "ada" ? allow() : deny(403);
    };
    const ask = await serve(guard);
    expect((await ask("/plan.pdf", { fields: { "X-User": "ada" } })).status).toBe(200);
    expect((await ask("/plan.pdf")).status).toBe(403);
    const { fetch } = stet(folder.path, { guard });
    const request = new Request("http://localhost/plan.pdf", { headers: { "X-User": "ada" } });
    expect((await fetch(request)).status).toBe(200);
    expect(seen).toEqual([
      ["IncomingMessage", "ada", undefined],
      ["IncomingMessage", undefined, undefined],
      ["Request", "ada", undefined],
    ]);
  });

  it("is asked anew each time: what was allowed a moment ago may not be so now", async () => {
    let mayRead = true;
    const ask = await serve(() => (mayRead ? allow() : deny()));
    const etag = (await ask("/plan.pdf")).field("ETag") ?? "";
    expect((await ask("/plan.pdf", { fields: { "If-None-Match": etag } })).status).toBe(304);
    expect((await ask("/plan.pdf", { fields: { Range: "bytes=0-0" } })).status).toBe(206);
    mayRead = false;
    expect((await ask("/plan.pdf", { fields: { "If-None-Match": etag } })).status).toBe(404);
    expect((await ask("/plan.pdf", { fields: { Range: "bytes=0-0" } })).status).toBe(404);
  });

  it("makes answers private, unless it or the policy says otherwise", async () => {
    const cacheControlOf = async (guard: Guard, options: StetOptions, target: string): Promise<unknown> =>
      (await (await serve(guard, options))(target)).field("Cache-Control");
    const files = ["/plan.pdf", "/app-3f9a1c2b.js"];
    for (const file of files) {
      expect(await cacheControlOf(() => allow(), {}, file)).toBe("private, no-cache");
      expect(await cacheControlOf(() => allow(), { cacheControl: () => undefined }, file)).toBe(
        "private, no-cache",
      );
      expect(await cacheControlOf(() => allow(), { cacheControl: "private, max-age=9" }, file)).toBe(
        "private, max-age=9",
      );
      expect(await cacheControlOf(() => allow({ cacheControl: "public" }), {}, file)).toBe("public");
      expect(await cacheControlOf(() => deny(), {}, file)).toBe("no-store");
    }
  });

  it("gives a name and a disposition, on every answer that has content", async () => {
    const dispositionOf = async (said: Parameters<typeof allow>[0], fields = {}): Promise<unknown> =>
      (await (await serve(() => allow(said)))("/plan.pdf", { fields })).field("Content-Disposition");
    const name = "filename=\"Plan fur O.pdf\"; filename*=UTF-8''Plan%20f%C3%BCr%20%C3%96.pdf";
    expect(await dispositionOf({})).toBeUndefined();
    expect(await dispositionOf({ as: undefined, disposition: undefined })).toBeUndefined();
    expect(await dispositionOf({ disposition: "inline" })).toBe("inline");
    expect(await dispositionOf({ as: "Plan für Ö.pdf" })).toBe(`attachment; ${name}`);
    const shown = { as: "Plan für Ö.pdf", disposition: "inline" } as const;
    expect(await dispositionOf(shown, { Range: "bytes=0-1" })).toBe(`inline; ${name}`);
    expect(await dispositionOf(shown, { "If-None-Match": "*" })).toBeUndefined();
  });

  it("may answer by itself, as a Response or written out", async () => {
    const login = { status: 302, headers: { Location: "/login" } };
    const answers: readonly (readonly [answer: () => ReturnType<Guard>, status: number, text: string])[] = [
      [() => login, 302, ""],
      [() => new Response("sign in", { status: 401, headers: { "X-From": "app" } }), 401, "sign in"],
      [() => Promise.resolve({ status: 451, body: "not here" }), 451, "not here"],
      [() => ({ status: 204 }), 204, ""],
    ];
    for (const [answer, status, text] of answers) {
      const ask = await serve(answer);
      const response = await ask("/plan.pdf", { fields: { "If-None-Match": "*", Range: "bytes=0-0" } });
      expect([response.status, response.text, response.field("Cache-Control")]).toEqual([
        status,
        text,
        "no-store",
      ]);
      const head = await ask("/plan.pdf", { method: "HEAD" });
      expect([head.status, head.text]).toEqual([status, ""]);
    }
    expect((await (await serve(() => login))("/plan.pdf")).field("Location")).toBe("/login");
  });

  it("that fails, gives nonsense or gives nothing is a 500 that tells nothing", async () => {
    const errors: unknown[] = [];
    const wrong: (() => unknown)[] = [
      () => {
        throw new Error("secret of the database");
      },
      () => Promise.reject(new Error("secret of the database")),
      () => undefined,
      () => true,
      () => ({ status: 99 }),
      () => Response.error(),
      () => ({ status: 403, body: { reason: "secret" } }),
      () => ({ status: 403, body: new ArrayBuffer(5) }),
      () => ({ status: 403, body: new Blob(["secret"]).stream() }),
      () => ({ status: 200, headers: { "X-A": "a\r\nX-B: b" } }),
    ];
    for (const answer of wrong) {
      errors.splice(0);
      const ask = await serve(answer as Guard, { onError: (error) => errors.push(error) });
      const response = await ask("/plan.pdf");
      expect(response.status).toBe(500);
      expect(response.text).not.toContain("secret");
      expect(response.field("ETag")).toBeUndefined();
      expect(response.field("X-B")).toBeUndefined();
      expect(errors).toHaveLength(1);
    }
  });

  it("that never answers is a 503 after its time", async () => {
    const errors: Error[] = [];
    const ask = await serve(() => new Promise<never>(() => undefined), {
      guardTimeout: 50,
      onError: (error) => errors.push(error as Error),
    });
    const response = await ask("/plan.pdf");
    expect([response.status, response.field("Retry-After")]).toEqual([503, "1"]);
    expect(String(errors[0]?.cause)).toContain("no answer within 50 ms");
  });

  it("isn't asked by send: there the application has decided", async () => {
    const site = stet(folder.path, { guard: () => deny() });
    expect((await site.send(new Request("http://localhost/x"), "plan.pdf")).status).toBe(200);
  });

  it("says what is wrong with its options", () => {
    expect(() => stet(folder.path, { guard: true as never })).toThrow(/guard/);
    expect(() => stet(folder.path, { guardTimeout: -1 })).toThrow(/guardTimeout/);
    expect(() => deny(418 as never)).toThrow(/401, 403 or 404/);
    expect(() => allow({ cacheControl: "" })).toThrow(/private, max-age=60/);
    expect(() => allow({ as: 1 as never })).toThrow(/"as" is a name for the file, not 1/);
    expect(() => allow({ disposition: "show" as never })).toThrow(/"inline" or "attachment", not "show"/);
    expect(() => allow({ name: "a" } as never)).toThrow(/no option "name".*as, cacheControl, disposition/);
  });

  it("is told of in the event", async () => {
    const events: Delivered[] = [];
    const ask = await serve(() => deny(403), { onDelivered: (event) => events.push(event) });
    await ask("/plan.pdf");
    await expect.poll(() => events).toMatchObject([{ status: 403, judged: "forbidden", aborted: false }]);
  });
});

it("the request of Express carries what its middleware has put there", async () => {
  const guard: Guard = ({ request }) =>
    (request as IncomingMessage & { user?: string }).user === "ada" ? allow() : deny();
  const { node } = stet(folder.path, { guard });
  const ask = await serveApp((request, response) => {
    Object.assign(request, { user: "ada" });
    void node(request, response);
  });
  expect((await ask("/plan.pdf")).status).toBe(200);
});
