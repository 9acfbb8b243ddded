import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { signedLinks } from "../../src/links.ts";
import { requireClients } from "../support/clients.ts";
import { listen, type Listening } from "../support/listen.ts";
import type { RunningFront } from "../support/front-process.ts";
import { startNginx } from "../support/nginx.ts";
import { request } from "../support/raw-connection.ts";

const links = signedLinks({ keys: "a:wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=" });

let application: Listening | undefined;
let nginx: RunningFront | undefined;
/** Why it didn't start. Where it isn't installed, the tests are skipped before they ask. */
let failure: unknown;

beforeEach(requireClients("nginx"));

beforeAll(async () => {
  application = await listen(async (request, response) => {
    const { kind } = await links.verify(request);
    response.setHeader("Content-Length", 0);
    response.writeHead(kind === "valid" ? 200 : 403).end();
  });
  const origin = `http://127.0.0.1:${application.port}`;
  nginx = await startNginx(`
    location / { proxy_pass ${origin}; }
    location /anew/ { proxy_pass ${origin}/anew/; }
  `).catch((error: unknown) => {
    failure = error;
    return undefined;
  });
});

afterAll(async () => {
  await nginx?.stop();
  await application?.close();
});

async function statusOf(path: string): Promise<number> {
  if (nginx === undefined) throw failure;
  const link = await links.sign(path, { expiresIn: 60, as: "a (1) & b.pdf" });
  return (await request(nginx.port, link)).status;
}

test("a link is the same behind nginx, whatever its name", async () => {
  for (const path of ["/a (1).pdf", "/100%.txt", "/naïve – 日本語 🎈.txt", "/what?#'\"&=+.txt", "/folder/"]) {
    expect(await statusOf(path), path).toBe(200);
  }
});

// What the page tells. Where this fails, nginx has changed, and the page is wrong.
test("with a path behind the port, nginx writes the target anew, and brackets with it", async () => {
  expect(await statusOf("/anew/a b.pdf")).toBe(200);
  expect(await statusOf("/anew/a (1).pdf")).toBe(403);
});
