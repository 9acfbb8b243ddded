import { createServer, type IncomingMessage } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { checkFront } from "../../src/cli/config/check.ts";
import { nginxRemedies } from "../../src/cli/config/nginx.ts";
import { remedyFor } from "../../src/cli/config/remedies.ts";
import { nginx } from "../../src/deliveries.ts";
import { stet } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listen, listening } from "../support/listen.ts";
import { finished } from "./command.ts";

type Finished = Awaited<ReturnType<typeof finished>>;

function config(...args: readonly string[]): Promise<Finished> {
  return finished(["config", ...args]);
}

describe("stet config nginx", () => {
  test("prints a server block for each folder, and what the application is to be told", async () => {
    const places = ["/srv/private=/_private/", "/srv/my files=/_b"];
    const flags = [
      "--upstream",
      "http://127.0.0.1:3000",
      "--listen",
      "[::1]:8443",
      "--server-name",
      "a.example",
    ];
    const { code, stdout, stderr } = await config("nginx", ...places, ...flags);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of [
      'stet("/srv/private", { delivery: nginx({ "/": "/_private/" }) });',
      'stet("/srv/my files", { delivery: nginx({ "/": "/_b/" }) });',
      "server 127.0.0.1:3000;",
      "listen [::1]:8443;",
      "server_name a.example;",
      "location ^~ /_private/ {",
      'alias "/srv/private/";',
      'alias "/srv/my files/";',
      "internal;",
    ]) {
      expect(stdout).toContain(line);
    }
    // There, spaces stand between the folders.
    expect(stdout).not.toContain("STET_DELIVERY");
  });

  test("tells the line for the environment", async () => {
    const { stdout } = await config("nginx", "/srv/a=/_a/", "/srv/b=/_b/");
    expect(stdout).toContain('STET_DELIVERY="nginx /srv/a=/_a/ /srv/b=/_b/"');
    expect(stdout).toContain("listen 80;");
    expect(stdout).not.toContain("server_name");
  });

  test.for<readonly [args: readonly string[], message: RegExp]>([
    [["nginx"], /missing required argument 'places'/],
    [["iis", "/a=/_a/"], /Allowed choices are .*nginx/],
    [["nginx", "private=/_private/"], /by its absolute path.* not "private=/],
    [["nginx", "/srv/private"], /as "\/srv\/private=\/_private\/", not "\/srv\/private"/],
    [["nginx", "srv=/_a/"], /Write a folder/],
    [["nginx", "/srv=/a b/"], /a prefix such as "\/_private\/"/],
    [["nginx", "/srv=/_a/;}/"], /a prefix such as/],
    [["nginx", "/srv/$a=/_a/"], /takes "\$" for the start of a variable/],
    [["nginx", "/a=/_a/", "/b=/_a/"], /"\/_a\/" stands for two folders/],
    [["nginx", "/srv=/_a/", "--listen", "eighty"], /Give a port/],
    [["nginx", "/srv=/_a/", "--listen", "70000"], /Give a port/],
    [["nginx", "/srv=/_a/", "--server-name", "a; }"], /Give the name of a host/],
    [["nginx", "/srv=/_a/", "--upstream", "https://127.0.0.1"], /Give where the application listens/],
    [["nginx", "/srv=/_a/", "--upstream", "http://127.0.0.1/app"], /Give where the application listens/],
    [["nginx", "/srv=/_a/", "--check", "files.example"], /Give the URL of a file/],
    [["nginx", "/srv=/_a/", "--check", "http://a:b@c.example/"], /Give the URL of a file/],
    [["nginx", "/srv=/_a/", "--field", "Cookie: a=1"], /--field is for --check/],
    [["nginx", "/srv=/_a/", "--check", "http://a.example/", "--field", "Cookie"], /Give a name and a value/],
    [
      ["nginx", "/srv=/_a/", "--check", "http://a.example/", "--field", "A: b\r\nC: d"],
      /Give a name and a value/,
    ],
  ])("%j can be mended, and says how", async ([args, message]) => {
    const { code, stdout, stderr } = await config(...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

const CONTENT = "0123456789".repeat(100);

let folder: Folder;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await Folder.make();
  await folder.writeOld("a.txt", CONTENT);
  await folder.writeOld("a.txt.gz", "coded");
  await folder.writeOld("empty.txt", "");
  await folder.writeOld("one.txt", "1");
});
afterAll(() => folder.remove());
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A front that does all as it should, since stet does it, but for what `change` makes of it. */
type Change = (
  response: Response,
  request: Request,
  incoming: IncomingMessage,
) => Response | Promise<Response>;

async function startFront(change: Change): Promise<string> {
  const delivery = { ...nginx({ "/": "/_private/" }), handOver: () => undefined };
  const policy = stet(folder.path, { delivery });
  const { port, close } = await listen(async (incoming, response) => {
    const request = new Request(`http://localhost${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers: incoming.headers as Record<string, string>,
    });
    const { status, headers, body } = await change(await policy.fetch(request), request, incoming);
    response.writeHead(status, [...headers].flat());
    for await (const piece of body ?? []) response.write(piece);
    response.end();
  });
  closing.push(close);
  return `http://127.0.0.1:${port}`;
}

/** What the command writes, without a process of its own. */
async function check(change: Change, target = "/a.txt"): Promise<string> {
  const findings = await checkFront({
    name: "nginx",
    url: new URL((await startFront(change)) + target),
    places: [[folder.path, "/_private/"]],
    fields: {},
  });
  return findings.map((finding) => `${finding.what}\n  ${remedyFor(finding, nginxRemedies)}\n`).join("");
}

/** Changes the fields of a 200 to GET. */
function withFields(set: (headers: Headers) => void, of = 200): Change {
  return (response, { method }) => {
    if (method === "GET" && response.status === of) set(response.headers);
    return response;
  };
}

/** Answers with a status in place of some answers. */
function instead(status: number, of: (request: Request, response: Response) => boolean): Change {
  return (response, request) =>
    of(request, response) ? new Response(request.method === "HEAD" ? null : "no", { status }) : response;
}

describe("stet config nginx --check", () => {
  test.for(["/a.txt", "/empty.txt", "/one.txt"])(
    "has nothing against a front that does well: %s",
    async (target) => {
      expect(await check((response) => response, target)).toBe("");
    },
  );

  test.for<readonly [words: string, change: Change, told: RegExp]>([
    [
      "a redirect",
      () => Response.redirect("http://localhost/in", 302),
      /gets a 302 to http:\/\/localhost\/in\.\n {2}Check the URL/,
    ],
    ["a guard", instead(403, () => true), /^GET gets a 403\.\n {2}Say who you are/],
    ["no file", instead(404, () => true), /^GET gets a 404\.\n {2}Check the URL of a file/],
    ["a failure", instead(500, () => true), /^GET gets a 500\.\n {2}Look into the logs/],
    ["no application", instead(502, () => true), /^GET gets a 502\.\n {2}Start the application/],
    [
      "no right to read",
      instead(403, ({ method }) => method === "GET"),
      /^GET gets a 403, HEAD a 200\.\n {2}nginx's user/,
    ],
    [
      "another folder",
      instead(404, ({ method }) => method === "GET"),
      /^GET gets a 404, HEAD a 200\.\n {2}The `alias`/,
    ],
    [
      "a field that nobody reads",
      withFields((fields) => fields.set("X-Accel-Redirect", "/_private/a.txt")),
      /^The client gets the field X-Accel-Redirect, .*\n {2}You have asked the application itself/,
    ],
    ["no length", withFields((fields) => fields.delete("Content-Length")), /^GET tells no Content-Length\./],
    ["no tag", withFields((fields) => fields.delete("ETag")), /^GET tells no ETag\./],
    ["a weak tag", withFields((fields) => fields.set("ETag", `W/${fields.get("ETag")}`)), /is a weak one\./],
    [
      "another tag",
      withFields((fields) => fields.set("ETag", '"other"')),
      /^GET tells the ETag "other", HEAD "65ed/,
    ],
    [
      "no 304",
      (response, request, incoming) =>
        response.status === 304 ? stetWithout(request, incoming, "if-none-match") : response,
      /gets a 200 in place of a 304/,
    ],
    [
      "no range",
      (response, request, incoming) =>
        response.status === 206 ? stetWithout(request, incoming, "range") : response,
      /^A range gets a 200 in place of a 206/,
    ],
    [
      "no range of the same version",
      (response, request, incoming) =>
        request.headers.get("if-range") === '"65ed84a0-3e8"'
          ? stetWithout(request, incoming, "range")
          : response,
      /^A range of this very version \(If-Range\) gets a 200 in place of a 206/,
    ],
    [
      "another range",
      withFields((fields) => fields.set("Content-Range", "bytes 0-3/1000"), 206),
      /^A 206 tells the Content-Range "bytes 0-3\/1000", not "bytes 1-4\/1000"/,
    ],
    [
      "bytes of elsewhere",
      (response) => (response.status === 206 ? new Response("9999", response) : response),
      /^The bytes of a 206 aren't those of bytes 1-4\/1000/,
    ],
    [
      "splicing",
      (response, request, incoming) =>
        request.headers.has("if-range") ? stetWithout(request, incoming, "if-range") : response,
      /gets a 206 in place of the whole: downloads are spliced/,
    ],
    [
      "a field that it drops",
      withFields((fields) => fields.delete("X-Content-Type-Options")),
      /^X-Content-Type-Options is dropped/,
    ],
    [
      "a field that it drops of all",
      (response) => (response.headers.delete("X-Content-Type-Options"), response),
      /^X-Content-Type-Options is dropped/,
    ],
    [
      "a field that it changes",
      withFields((fields) => fields.set("Cache-Control", "max-age=5")),
      /^Cache-Control is "max-age=5", and the application says "no-cache"/,
    ],
    [
      "a field that it tells twice",
      withFields((fields) => fields.append("Accept-Ranges", "bytes")),
      /^Accept-Ranges is "bytes, bytes"/,
    ],
    [
      "steering",
      instead(404, ({ headers }) => headers.has("x-accel-redirect")),
      /change the answer\.\n {2}Have the front drop/,
    ],
    [
      "an open prefix",
      (response, { url }) => (url.endsWith("/_private/a.txt") ? new Response(CONTENT) : response),
      /^The file is to be had at \/_private\/a\.txt, .*\n {2}Write `internal;`/,
    ],
    [
      "a coding of its own",
      (response, { headers }) => withCoding(response, headers),
      /^The front codes the file by itself \(gzip\)/,
    ],
  ])("tells of %s", async ([, change, told]) => {
    expect(await check(change)).toMatch(told);
  });

  test("tells that nobody answers", async () => {
    const { port, close } = await listen(() => undefined);
    await close();
    const { code, stdout } = await config("nginx", "/srv=/_a/", "--check", `http://127.0.0.1:${port}/a`);
    expect(stdout).toMatch(/^There is no answer: ECONNREFUSED\.\n {2}Start the front/);
    expect(code).toBe(1);
  });

  test("tells that the content breaks off", async () => {
    const server = createServer((request, response) => {
      response.writeHead(200, { "Content-Length": 100, ETag: '"a"' });
      if (request.method === "HEAD") response.end();
      else response.write("half", () => response.destroy());
    });
    const port = await listening(server);
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const { code, stdout } = await config("nginx", "/srv=/_a/", "--check", `http://127.0.0.1:${port}/a`);
    expect(stdout).toMatch(/^Of 100 bytes, the content breaks off after 4\./);
    expect(code).toBe(1);
  });

  test("doesn't mind that the name of a framework is dropped", async () => {
    const origin = await startFront((response, { method }) => {
      if (method === "HEAD") response.headers.set("X-Powered-By", "Express");
      return response;
    });
    const { code, stdout } = await config("nginx", "/srv=/_a/", "--check", `${origin}/a.txt`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Nothing is wrong with ${origin}/a.txt.\n` });
  });

  test("tells that stet sends the file by itself", async () => {
    const policy = stet(folder.path);
    const { port, close } = await listen((request, response) => void policy.node(request, response));
    closing.push(close);
    const { stdout } = await config("nginx", "/srv=/_a/", "--check", `http://127.0.0.1:${port}/a.txt`);
    expect(stdout).toMatch(/is stet's own, so stet sends this file by itself\.\n {2}Tell the application/);
  });

  test("asks with the fields that it is given, GET and HEAD alone, and no other origin", async () => {
    const asked: string[] = [];
    const origin = await startFront((response, { method, headers, url }) => {
      asked.push(`${method} ${new URL(url).pathname} ${headers.get("cookie")} ${headers.get("x-own")}`);
      return response;
    });
    const fields = ["--field", "Cookie: a=1; b=2", "--field", "X-Own: 5"];
    const { code, stdout } = await config("nginx", "/srv=/_a/", "--check", `${origin}/a.txt`, ...fields);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Nothing is wrong with ${origin}/a.txt.\n` });
    expect(asked.length).toBeLessThan(20);
    for (const line of asked) expect(line).toMatch(/^(?:GET|HEAD) \/(?:_a\/)?a\.txt a=1; b=2 5$/);
  });
});

/** What stet says of a request that has lost a field on its way. */
function stetWithout(request: Request, { headers }: IncomingMessage, name: string): Promise<Response> {
  const delivery = { ...nginx({ "/": "/_private/" }), handOver: () => undefined };
  const { [name]: _, ...others } = headers as Record<string, string>;
  return stet(folder.path, { delivery }).fetch(new Request(request.url, { headers: others }));
}

function withCoding(response: Response, asked: Headers): Response {
  if (!asked.has("accept-encoding") || response.status !== 200) return response;
  response.headers.set("Content-Encoding", "gzip");
  response.headers.set("ETag", `W/"65ed84a0-3e8"`);
  return response;
}
