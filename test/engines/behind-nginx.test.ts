import { afterAll, expect, test } from "vitest";
import { signedLinks } from "../../src/links.ts";
import { listen, type Listening } from "../support/listen.ts";
import { useNginx } from "../support/nginx.ts";
import { request } from "../support/raw-connection.ts";

const links = signedLinks({ keys: "a:wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=" });

let application: Listening | undefined;

const port = useNginx(async () => {
  application = await listen(async (request, response) => {
    const { kind } = await links.verify(request);
    response.setHeader("Content-Length", 0);
    response.writeHead(kind === "valid" ? 200 : 403).end();
  });
  const origin = `http://127.0.0.1:${application.port}`;
  return `
    location / { proxy_pass ${origin}; }
    location /anew/ { proxy_pass ${origin}/anew/; }
  `;
});

afterAll(() => application?.close());

async function statusOf(path: string): Promise<number> {
  const link = await links.sign(path, { expiresIn: 60, as: "a (1) & b.pdf" });
  return (await request(port(), link)).status;
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
