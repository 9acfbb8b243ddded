import { createServer, request as forward } from "node:http";
import { afterAll, expect, test } from "vitest";
import { stet } from "../../src/index.ts";
import { Folder } from "../support/folder.ts";
import { listen, type Listening, listening } from "../support/listen.ts";
import { useNginx } from "../support/nginx.ts";
import { request } from "../support/raw-connection.ts";

/*
 * A proxy that removes a prefix tells nobody: the client asks for /app/docs, and stet for /docs. A redirect has to lead below
 * the prefix all the same.
 */

let folder: Folder | undefined;
let files: Listening | undefined;

const port = useNginx(async () => {
  folder = await Folder.make();
  await folder.writeOld("docs/index.html", "docs");
  await folder.writeOld("docs/a b:c/index.html", "a b:c");
  await folder.writeOld("docs/a.txt", "text");
  const { node } = stet(folder.path);
  files = await listen((incoming, response) => void node(incoming, response));
  const origin = `http://127.0.0.1:${files.port}`;
  return `
    location /app/ { proxy_pass ${origin}/; }
    location /deep/er/app/ { proxy_pass ${origin}/docs/; }
  `;
});

afterAll(async () => {
  await files?.close();
  await folder?.remove();
});

/** Follows a redirect as a client does. */
async function follow(at: number, target: string): Promise<readonly [target: string, content: string]> {
  const { status, field } = await request(at, target);
  expect([target, status, field("cache-control")]).toEqual([target, 301, "no-cache"]);
  const { origin, pathname, search } = new URL(field("location") ?? "", `http://127.0.0.1:${at}${target}`);
  expect(origin).toBe(`http://127.0.0.1:${at}`);
  return [pathname + search, (await request(at, pathname + search)).text];
}

test("behind nginx, a folder without its slash is redirected below the prefix", async () => {
  expect(await follow(port(), "/app/docs")).toEqual(["/app/docs/", "docs"]);
  expect(await follow(port(), "/app/docs?page=2&to=/x")).toEqual(["/app/docs/?page=2&to=/x", "docs"]);
  expect(await follow(port(), "/app/docs/a%20b:c")).toEqual(["/app/docs/a%20b%3Ac/", "a b:c"]);
  expect(await follow(port(), "/deep/er/app/a%20b:c?x")).toEqual(["/deep/er/app/a%20b%3Ac/?x", "a b:c"]);
});

test("behind a proxy that hands single dots on, too", async () => {
  const proxy = createServer((incoming, response) => {
    const path = incoming.url?.replace(/^\/app/, "");
    forward({ port: files?.port, host: "127.0.0.1", path, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  const at = await listening(proxy);
  try {
    expect(await follow(at, "/app/docs/./a.txt?x=1")).toEqual(["/app/docs/a.txt?x=1", "text"]);
    expect(await follow(at, "/app/./docs/.")).toEqual(["/app/docs/", "docs"]);
    expect(await follow(at, "/app/./docs")).toEqual(["/app/docs", ""]);
    expect(await follow(at, "/app/docs")).toEqual(["/app/docs/", "docs"]);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
});
