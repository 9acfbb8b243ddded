import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { nginxConfiguration } from "../../src/cli/config/nginx.ts";
import { nginx } from "../../src/deliveries.ts";
import { deny, allow, stet, type Stet } from "../../src/index.ts";
import { finished } from "../cli/command.ts";
import { requireClients } from "../support/clients.ts";
import { Folder } from "../support/folder.ts";
import { listen, type Listening } from "../support/listen.ts";
import { startNginx } from "../support/nginx.ts";

let folder: Folder;
let application: Listening;
let policy: Stet;

beforeEach(requireClients("nginx"));
beforeAll(async () => {
  folder = await Folder.make();
  await folder.writeOld("sub/a b.html", "<p>0123456789</p>".repeat(500));
  await folder.write("sub/link.html", "");
  application = await listen((request, response) => void policy.node(request, response));
});
beforeEach(() => {
  policy = stet(folder.path, {
    delivery: nginx({ "/": "/_private/" }),
    prefix: "/files",
    headers: { "Content-Language": "de" },
    guard: ({ field }) => (field("cookie") === "in=1" ? allow() : deny(403)),
  });
});
afterAll(async () => {
  await application.close();
  await folder.remove();
});

/** What the command says of an nginx that does what is printed, but for what `change` makes of it. */
async function check(change: (printed: string) => string, path = "/files/sub/a%20b.html"): Promise<string> {
  const running = await startNginx((listen) => {
    const settings = { places: [[folder.path, "/_private/"]] as const, serverName: undefined, listen };
    const printed = nginxConfiguration({
      ...settings,
      upstream: new URL(`http://127.0.0.1:${application.port}`),
    });
    const changed = change(printed);
    return changed;
  });
  try {
    const { code, stdout, stderr } = await finished([
      "config",
      "nginx",
      `${folder.path}=/_private/`,
      "--check",
      `http://127.0.0.1:${running.port}${path}`,
      "--field",
      "Cookie: in=1",
    ]);
    expect(stderr).toBe("");
    expect(code).toBe(stdout.startsWith("Nothing is wrong") ? 0 : 1);
    return stdout;
  } finally {
    await running.stop();
  }
}

function replacing(text: string, other: string): (printed: string) => string {
  return (printed) => {
    expect(printed).toContain(text);
    return printed.replace(text, other);
  };
}

const INTERNAL = "alias ";

test("nothing is wrong with what is printed", async () => {
  expect(await check((printed) => printed)).toMatch(
    /^Nothing is wrong with http:\/\/127.0.0.1:\d+\/files\/sub\/a%20b\.html\.\n$/,
  );
});

test.for<readonly [what: string, change: (printed: string) => string, told: RegExp]>([
  [
    "open",
    replacing("internal;", ""),
    /^The file is to be had at \/_private\/sub\/a%20b\.html.*\n {2}Write `internal;`/,
  ],
  [
    "a dropped field",
    replacing("add_header X-Content-Type-Options", "# "),
    /^X-Content-Type-Options is dropped: stet says "nosniff"\.\n.*add_header X-Content-Type-Options \$upstream_http_x_content_type_options always;\n$/,
  ],
  [
    "a field of the application",
    replacing("add_header Content-Language", "# "),
    /^Content-Language is dropped: stet says "de"/,
  ],
  [
    "a changed field",
    replacing("internal;", "internal; expires 1h;"),
    /Cache-Control is "max-age=3600".*stet says "private, no-cache".*\n.*`expires`/,
  ],
  ["no tag", replacing("etag on;", "etag off;"), /^GET tells no ETag\.\n {2}Write `etag on;`/],
  [
    "a wrong folder",
    (printed) => printed.replace(/alias "(.*)\/";/, 'alias "$1/other/";'),
    /^GET gets a 404, HEAD a 200\.\n {2}The `alias`/,
  ],
  [
    "a coding",
    (printed) =>
      printed.replace(/gzip off;/, "gzip on; gzip_min_length 1;").replace(INTERNAL, `gzip on; ${INTERNAL}`),
    /codes the file by itself \(gzip\)/,
  ],
  ["no ranges", replacing("internal;", "internal; max_ranges 0;"), /^A range gets a 200 in place of a 206/],
  [
    "dead",
    (printed) => printed.replace(/server 127.0.0.1:\d+;/, "server 127.0.0.1:1;"),
    /^GET gets a 502\.\n {2}Start the application/,
  ],
])("%s", async ([, change, told]) => {
  expect(await check(change)).toMatch(told);
});
