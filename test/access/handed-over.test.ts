import { symlinkSync, utimesSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  apache,
  type DeliveryChoice,
  elsewhere,
  lighttpd,
  nginx,
  redirect,
  simple,
  stream,
} from "../../src/deliveries.ts";
import { type Delivered, deny, files, type Source, stet, type StetOptions } from "../../src/index.ts";
import { Folder, LONG_AGO } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { request, type RawRequest, type RawResponse } from "../support/raw-connection.ts";

const CONTENT = "0123456789".repeat(20_000);
const SECONDS = Math.floor(LONG_AGO.getTime() / 1000);
const NGINX_TAG = `"${SECONDS.toString(16)}-${CONTENT.length.toString(16)}"`;

let folder: Folder;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await Folder.make();
  await folder.writeOld("plan a.pdf", CONTENT);
  await folder.writeOld("page.html", "by extension");
  await folder.writeOld("coded.js", "the identity");
  await folder.writeOld("coded.js.gz", "the coded one");
  await folder.writeOld("sub/index.html", "an index");
  await folder.writeOld("early.txt", "early");
  await folder.write("young.txt", "young");
  // However long the tests take.
  const soon = new Date(Date.now() + 3_600_000);
  utimesSync(folder.to("young.txt"), soon, soon);
  await folder.write("early.txt", "early", new Date(-5000));
  symlinkSync("plan a.pdf", folder.to("link.pdf"));
});

afterAll(() => folder.remove());
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

type Ask = (target: string, given?: RawRequest) => Promise<RawResponse>;

async function serve(options: StetOptions, root: string | Source = folder.path): Promise<Ask> {
  const { node } = stet(root, { extensions: ["html"], list: true, onError: () => undefined, ...options });
  const { port, close } = await listen(node);
  closing.push(close);
  return (target, given) => request(port, target, given);
}

const PRIVATE = nginx({ "/": "/_private/" });

function handedTo({ head, text }: RawResponse): string | undefined {
  const to = head.field("x-accel-redirect");
  if (to !== undefined) expect([head.status, head.field("content-length"), text]).toEqual([200, "0", ""]);
  return to;
}

describe("a judged file is handed over", () => {
  it.each([
    ["/plan%20a.pdf", {}, "/_private/plan%20a.pdf"],
    ["/page", {}, "/_private/page.html"],
    ["/sub/", {}, "/_private/sub/index.html"],
    ["/plan%20a.pdf", { range: "bytes=5-9" }, "/_private/plan%20a.pdf"],
    ["/plan%20a.pdf", { range: "bytes=-9" }, "/_private/plan%20a.pdf"],
    ["/plan%20a.pdf", { range: "bytes=5-", "if-range": NGINX_TAG }, "/_private/plan%20a.pdf"],
    ["/plan%20a.pdf", { "if-none-match": '"another"' }, "/_private/plan%20a.pdf"],
    ["/plan%20a.pdf", { "if-modified-since": "Sat, 09 Mar 2024 10:00:00 GMT" }, "/_private/plan%20a.pdf"],
    ["/coded.js", { "accept-encoding": "br" }, "/_private/coded.js"],
  ])("%s with %j", async (target, fields, to) => {
    const ask = await serve({ delivery: PRIVATE });
    expect(handedTo(await ask(target, { fields }))).toBe(to);
  });

  it("with the fields of the whole", async () => {
    const ask = await serve({ delivery: PRIVATE, headers: { "X-Own": "1" } });
    const { head } = await ask("/plan%20a.pdf", { fields: { range: "bytes=0-0" } });
    expect(head.field("content-type")).toBe("application/pdf");
    expect(head.field("cache-control")).toBe("no-cache");
    expect(head.field("etag")).toBe(NGINX_TAG);
    expect(head.field("x-own")).toBe("1");
    expect(head.field("content-range") !== undefined).toBe(false);
    // nginx would tell it twice.
    expect(head.field("accept-ranges") !== undefined).toBe(false);
  });
});

describe("stet answers by itself", () => {
  it.each([
    ["its copy stands", "/plan%20a.pdf", { "if-none-match": NGINX_TAG }, 304],
    ["its copy stands, by date", "/plan%20a.pdf", { "if-modified-since": LONG_AGO.toUTCString() }, 304],
    ["a precondition fails", "/plan%20a.pdf", { "if-match": '"another"' }, 412],
    ["a precondition is met", "/plan%20a.pdf", { "if-match": NGINX_TAG }, 200],
    ["a date precondition is met", "/plan%20a.pdf", { "if-unmodified-since": LONG_AGO.toUTCString() }, 200],
    [
      "a date tells a length, too",
      "/plan%20a.pdf",
      { "if-modified-since": `${LONG_AGO.toUTCString()}; length=5` },
      200,
    ],
    ["a range can't be met", "/plan%20a.pdf", { range: "bytes=200000-" }, 416],
    ["there are several ranges", "/plan%20a.pdf", { range: "bytes=0-0,1000-1001" }, 206],
    ["a range is ignored", "/plan%20a.pdf", { range: "lines=0-0" }, 200],
    ["a range is of an older version", "/plan%20a.pdf", { range: "bytes=0-0", "if-range": '"x"' }, 200],
    ["a date is none", "/plan%20a.pdf", { "if-modified-since": LONG_AGO.toUTCString().slice(0, -4) }, 200],
    ["the file is of before 1970", "/early.txt", {}, 200],
    ["a range is spelt otherwise", "/plan%20a.pdf", { range: "bytes= 0-0" }, 206],
    ["the file is coded", "/coded.js", { "accept-encoding": "gzip" }, 200],
    ["the file may still change within its second", "/young.txt", {}, 200],
    ["a link leads to the file", "/link.pdf", {}, 200],
    ["a page is its own", "/", {}, 200],
    ["nothing is there", "/missing", {}, 404],
  ])("where %s: %s with %j", async (_, target, fields, status) => {
    const ask = await serve({ delivery: PRIVATE });
    const answer = await ask(target, { fields });
    expect(handedTo(answer)).toBeUndefined();
    expect(answer.head.status).toBe(status);
    if (status === 200 || status === 206) expect(answer.text).not.toBe("");
  });

  it("a file of before 1970, whose date only the front would tell", async () => {
    utimesSync(folder.to("early.txt"), new Date(-86_400_000), new Date(-86_400_000));
    const ask = await serve({ delivery: apache({ "/": "/srv" }) });
    expect((await ask("/early.txt")).text).toBe("early");
  });

  it("to HEAD, as the front would", async () => {
    const ask = await serve({ delivery: PRIVATE });
    const { head } = await ask("/plan%20a.pdf", { method: "HEAD" });
    expect(head.field("x-accel-redirect") !== undefined).toBe(false);
    expect(head.field("content-length")).toBe(String(CONTENT.length));
    expect(head.field("etag")).toBe(NGINX_TAG);
  });

  it("where the path isn't mapped", async () => {
    const ask = await serve({ delivery: nginx({ "/sub": "/_sub/" }) });
    expect(handedTo(await ask("/sub/"))).toBe("/_sub/index.html");
    expect((await ask("/plan%20a.pdf")).text).toBe(CONTENT);
  });

  it("to whom the guard refuses it, and tells nothing", async () => {
    const ask = await serve({ delivery: PRIVATE, guard: () => deny(404) });
    const [there, missing] = [await ask("/plan%20a.pdf"), await ask("/missing")];
    expect(there.head.field("x-accel-redirect") !== undefined).toBe(false);
    expect([there.head.status, there.text]).toEqual([missing.head.status, missing.text]);
  });
});

describe("what stet sends whole to a request for a range", () => {
  it.each([
    ["lighttpd would cut", lighttpd({ "/": "/srv" }), { range: "bytes=5-1" }, "none"],
    ["lighttpd would cut", lighttpd({ "/": "/srv" }), { range: "bytes=0-0", "if-range": "x" }, "none"],
    ["lighttpd leaves", lighttpd({ "/": "/srv" }), { range: "bytes=0-0", "if-range": '"other"' }, "bytes"],
    ["lighttpd leaves", lighttpd({ "/": "/srv" }), { "if-match": "*" }, "bytes"],
    ["Apache leaves", apache({ "/": "/srv" }), { range: "bytes=5-1" }, "bytes"],
    ["nginx leaves", PRIVATE, { range: "bytes=5-1" }, "bytes"],
  ])("%s", async (_, delivery, fields, ranges) => {
    const ask = await serve({ delivery });
    const { head, text } = await ask("/plan%20a.pdf", { fields });
    expect([head.status, text, head.field("accept-ranges")]).toEqual([200, CONTENT, ranges]);
  });
});

describe("who sends is the application's choice", () => {
  const STEERING = {
    "x-accel-redirect": "/etc/passwd",
    "x-accel-mapping": "/=/etc/",
    "x-sendfile": "/etc/passwd",
    "x-sendfile-type": "X-Accel-Redirect",
    "x-sendfile-mapping": "/=/etc/",
  };

  it.each([
    ["stream", stream],
    ["simple", simple],
  ] as const)("under %s no field of a request changes it", async (_, delivery) => {
    const ask = await serve({ delivery });
    const { head, text } = await ask("/plan%20a.pdf", { fields: STEERING });
    expect(text).toBe(CONTENT);
    expect(head.lines.map(([name]) => name).filter((name) => /accel|sendfile/.test(name))).toEqual([]);
  });

  it("nor under a front", async () => {
    const ask = await serve({ delivery: PRIVATE });
    expect(handedTo(await ask("/plan%20a.pdf", { fields: STEERING }))).toBe("/_private/plan%20a.pdf");
  });

  it("and a field that was set before him goes", async () => {
    const { node } = stet(folder.path, { delivery: stream });
    const { port, close } = await listen((request, response) => {
      response.setHeader("X-Accel-Redirect", "/_private/other");
      void node(request, response);
    });
    closing.push(close);
    const { head, text } = await request(port, "/plan%20a.pdf");
    expect(text).toBe(CONTENT);
    expect(head.field("x-accel-redirect") !== undefined).toBe(false);
  });

  it("by the environment, too, where the code says nothing", async () => {
    vi.stubEnv("STET_DELIVERY", `nginx ${folder.path}=/_env/`);
    expect(handedTo(await (await serve({}))("/plan%20a.pdf"))).toBe("/_env/plan%20a.pdf");
    expect((await (await serve({ delivery: stream }))("/plan%20a.pdf")).text).toBe(CONTENT);
    expect((await (await serve({}, files(folder.path)))("/plan%20a.pdf")).text).toBe(CONTENT);
  });

  it.each([null, "nginx", {}, nginx, "stream"])("%j is no delivery", (delivery) => {
    expect(() => stet(folder.path, { delivery: delivery as unknown as DeliveryChoice })).toThrow(
      /"delivery" is stream, zeroCopy, simple or one such as nginx/,
    );
  });
});

describe("send", () => {
  it("hands over, with its name", async () => {
    const { send } = stet(folder.path, { delivery: PRIVATE });
    const { port, close } = await listen((incoming, response) => {
      void send(incoming, response, "plan a.pdf", { as: "Plan.pdf" });
    });
    closing.push(close);
    const answer = await request(port, "/anything");
    expect(handedTo(answer)).toBe("/_private/plan%20a.pdf");
    expect(answer.head.field("content-disposition")).toBe('attachment; filename="Plan.pdf"');
  });

  it("does so for requests of the Fetch standard", async () => {
    const { send } = stet(folder.path, { delivery: PRIVATE });
    const response = await send(new Request("http://a/anything"), "plan a.pdf");
    expect(response.headers.get("x-accel-redirect")).toBe("/_private/plan%20a.pdf");
    expect(await response.text()).toBe("");
  });
});

describe("redirect", () => {
  const there = redirect({
    "/": ({ path, request }) => {
      const asked = (request as { url?: string }).url ?? "";
      return `https://files.example/${encodeURIComponent(path)}?signed=1&for=${asked.length}`;
    },
  });

  it("sends the client there, for once", async () => {
    const ask = await serve({ delivery: there, headers: { "Access-Control-Allow-Origin": "*" } });
    const { head, text } = await ask("/plan%20a.pdf", { fields: { range: "bytes=0-4" } });
    expect(head.status).toBe(302);
    expect(head.field("location")).toBe("https://files.example/plan%20a.pdf?signed=1&for=13");
    expect(head.field("cache-control")).toBe("no-store");
    expect(head.field("access-control-allow-origin")).toBe("*");
    expect(head.field("x-content-type-options")).toBe("nosniff");
    expect(head.field("etag") !== undefined || head.field("content-type") !== undefined).toBe(false);
    expect(text).toBe("");
  });

  it("is read by a client that takes one length alone", async () => {
    const { node } = stet(folder.path, { delivery: there });
    const { port, close } = await listen(node);
    closing.push(close);
    const { status, headers } = await fetch(`http://127.0.0.1:${port}/plan%20a.pdf`, { redirect: "manual" });
    expect([status, headers.get("content-length")]).toEqual([302, "0"]);
  });

  it("answers HEAD and 304 here", async () => {
    const ask = await serve({ delivery: there });
    const { head } = await ask("/plan%20a.pdf", { method: "HEAD" });
    expect([head.status, head.field("content-length")]).toEqual([200, String(CONTENT.length)]);
    const tag = head.field("etag") ?? "";
    expect((await ask("/plan%20a.pdf", { fields: { "if-none-match": tag } })).head.status).toBe(304);
  });

  it("is a 500 that leaks nothing where its function fails", async () => {
    const ask = await serve({ delivery: redirect({ "/": () => Promise.reject(new Error("the secret")) }) });
    const { head, text } = await ask("/plan%20a.pdf");
    expect(head.status).toBe(500);
    expect(text).not.toContain("secret");
  });
});

describe("files that are elsewhere", () => {
  const rows = new Map([
    ["a b.pdf", { length: 5_000_000_000, lastModified: LONG_AGO, entityTag: '"row"' }],
    ["plain", { length: 10 }],
  ]);

  it("are judged and handed over, without a copy here", async () => {
    const ask = await serve(
      { delivery: PRIVATE },
      elsewhere((path) => rows.get(path)),
    );
    expect(handedTo(await ask("/a%20b.pdf"))).toBe("/_private/a%20b.pdf");
    expect(handedTo(await ask("/plain"))).toBe("/_private/plain");
    // Where nobody else has the bytes, the front judges again.
    expect(handedTo(await ask("/a%20b.pdf", { fields: { range: "bytes=0-0,5-5" } }))).toBe(
      "/_private/a%20b.pdf",
    );
    const { head } = await ask("/a%20b.pdf", { method: "HEAD" });
    expect([head.status, head.field("content-length")]).toEqual([200, "5000000000"]);
    const tag = `"${SECONDS.toString(16)}-${(5_000_000_000).toString(16)}"`;
    expect(head.field("etag")).toBe(tag);
    expect((await ask("/a%20b.pdf", { fields: { "if-none-match": tag } })).head.status).toBe(304);
    expect((await ask("/missing")).head.status).toBe(404);
    expect((await ask("/plain", { fields: { range: "bytes=10-" } })).head.status).toBe(416);
  });

  it("are a 500 where their path isn't mapped, and say so", async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    const delivery = nginx({ "/sub": "/_sub/" });
    const ask = await serve(
      { delivery, onError },
      elsewhere((path) => rows.get(path)),
    );
    expect((await ask("/plain")).head.status).toBe(500);
    expect(String((errors[0] as Error).cause)).toContain('"plain" is elsewhere');
  });

  it("need a server that has them", () => {
    expect(() => stet(elsewhere(() => undefined))).toThrow(/add a delivery such as nginx/);
    expect(() => elsewhere("files" as never)).toThrow(/takes a function/);
  });

  it.each([
    [{ length: -1 }, /"length" of "plain" is its number of bytes/],
    [{ length: 1, size: 1 }, /no option "size"/],
    [{ length: 1, entityTag: "row" }, /with its quotes/],
    [{ length: 1, lastModified: "today" }, /a valid Date/],
  ])("are told as they are: %j", async (row, message) => {
    const errors: unknown[] = [];
    const source = elsewhere(() => row as never);
    const ask = await serve({ delivery: PRIVATE, onError: (error) => void errors.push(error) }, source);
    expect((await ask("/plain")).head.status).toBe(500);
    expect(String(errors[0])).toMatch(message);
  });
});

it("tells that a file was handed over, and how much of it", async () => {
  const events: Delivered[] = [];
  const ask = await serve({ delivery: PRIVATE, onDelivered: (event) => void events.push(event) });
  await ask("/plan%20a.pdf");
  await ask("/plan%20a.pdf", { fields: { range: "bytes=5-9" } });
  await expect.poll(() => events).toHaveLength(2);
  expect(events.map(({ judged, aborted, bytes }) => [judged, aborted, bytes])).toEqual([
    ["full", false, CONTENT.length],
    ["partial", false, 5],
  ]);
});
