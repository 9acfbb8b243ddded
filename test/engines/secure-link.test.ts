import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { secureLink } from "../../src/secure-link.ts";
import { segmentRefusal } from "../../src/target/segment-policy.ts";
import { Folder } from "../support/folder.ts";
import { useNginx } from "../support/nginx.ts";
import { RawConnection, request } from "../support/raw-connection.ts";

const secret = "wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=";
const HOUR = { expiresIn: 3600 };

/** The default, the one of nginx's own documentation, and one with braces. */
const plain = secureLink({ secret });
const byAddress = secureLink({
  secret,
  expression: "$secret $secure_link_expires $remote_addr $uri $secret",
});
const documented = secureLink({ secret, expression: "$secure_link_expires$uri$remote_addr $secret" });
const braced = secureLink({ secret, expression: "${uri}:${secret}:${secure_link_expires}" });

const NAMES = [
  "plain.txt",
  "two words.txt",
  "100%.txt",
  "%41.txt",
  "chapter #1.txt",
  "what?.txt",
  "a&b;c=d.txt",
  "1+1.txt",
  "$uri ${secret}.txt",
  "quoted 'single' \"double\".txt",
  "naïve – 日本語 🎈.txt",
];

let folder: Folder | undefined;

const port = useNginx(async () => {
  folder = await Folder.make();
  for (const name of NAMES) await folder.writeOld(`files/${name}`, name);
  return `
    root ${folder.path};
    location /files/ { ${plain.configuration} }
    location /got/ { alias ${folder.path}/files/; ${plain.configuration} limit_except GET { deny all; } }
    location /any/ { ${plain.configuration} return 200; }
    location /address/ { ${byAddress.configuration} return 200; }
    location /documented/ { ${documented.configuration} return 200; }
    location /braced/ { ${braced.configuration} return 200; }
  `;
});

afterAll(() => folder?.remove());

async function statusOf(target: string): Promise<number> {
  return (await request(port(), target)).status;
}

describe("nginx checks by itself", () => {
  test.for(NAMES)("the link to %s", async (name) => {
    const link = plain.sign(`/files/${name}`, HOUR);
    const { status, content } = await request(port(), link);
    expect(status).toBe(200);
    expect(content.toString()).toBe(name);
    expect((await request(port(), link, { method: "HEAD" })).status).toBe(200);
    expect((await request(port(), link, { fields: { Range: "bytes=0-0" } })).status).toBe(206);
  });

  test("the link to any path, and one character of it that was changed", async () => {
    const segment = fc
      .string({ unit: "binary", minLength: 1, maxLength: 20 })
      .filter((name) => isServed(name));
    const connection = await RawConnection.open(port());
    const ask = async (target: string): Promise<number> => (await connection.request(target)).status;
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1 }), fc.nat(), async (segments, at) => {
        const link = plain.sign(`/any/${segments.join("/")}`, HOUR);
        expect(await ask(link)).toBe(200);
        const hash = link.slice(link.indexOf("md5=") + 4, link.indexOf("&"));
        // The last character has bits to spare, which nginx doesn't look at.
        const index = at % (hash.length - 1);
        const other = hash[index] === "A" ? "B" : "A";
        expect(await ask(link.replace(hash, hash.slice(0, index) + other + hash.slice(index + 1)))).toBe(403);
      }),
    );
    connection.close();
  });

  test("and refuses another path or expiry, and no link", async () => {
    const link = plain.sign("/files/plain.txt", HOUR);
    expect(await statusOf(link)).toBe(200);
    expect(await statusOf(link.replace("plain", "1%2B1"))).toBe(403);
    expect(await statusOf(link.replace(/expires=\d/, "expires=9"))).toBe(403);
    expect(await statusOf(link.replace(/&expires.*/, ""))).toBe(403);
    expect(await statusOf("/files/plain.txt")).toBe(403);
    expect(await statusOf("/files/missing.txt")).toBe(403);
    const other = secureLink({ secret: secret.toLowerCase() });
    expect(await statusOf(other.sign("/files/plain.txt", HOUR))).toBe(403);
  });

  test("and refuses a link that is over", async () => {
    const link = plain.sign("/files/plain.txt", { expires: new Date(Date.now() + 4000) });
    expect(await statusOf(link)).toBe(200);
    await expect.poll(() => statusOf(link), { interval: 100 }).toBe(403);
  });

  test.for([
    ["/address/a 127.0.0.1", byAddress],
    ["/documented/a", documented],
  ] as const)("the client's address: %s", async ([path, links]) => {
    expect(await statusOf(links.sign(path, { ...HOUR, clientAddress: "127.0.0.1" }))).toBe(200);
    expect(await statusOf(links.sign(path, { ...HOUR, clientAddress: "::ffff:127.0.0.1" }))).toBe(200);
    expect(await statusOf(links.sign(path, { ...HOUR, clientAddress: "127.0.0.2" }))).toBe(403);
  });

  test("an expression with braces", async () => {
    expect(await statusOf(braced.sign("/braced/a b", HOUR))).toBe(200);
  });
});

// What the page tells of this form. Where one of these fails, nginx has become stricter, and the page is wrong.
describe("nginx doesn't mind", () => {
  test("other parameters, another order, another spelling of the path", async () => {
    const link = plain.sign("/files/two words.txt", HOUR);
    const [, hash, expires] = /md5=(.*)&expires=(.*)/.exec(link) ?? [];
    for (const target of [
      `${link}&more=1`,
      `${link}&${link.split("?")[1]}`,
      `/files/two%20words.txt?expires=${expires}&md5=${hash}`,
      link.replace("two", "t%77o"),
      link.replace("/files/", "/x/..//files/./"),
    ]) {
      expect(await statusOf(target), target).toBe(200);
    }
  });

  test("the method", async () => {
    const link = plain.sign("/any/a", HOUR);
    expect((await request(port(), link, { method: "DELETE" })).status).toBe(200);
  });
});

test("with limit_except, nginx minds the method", async () => {
  const link = plain.sign("/got/plain.txt", HOUR);
  for (const method of ["GET", "HEAD"]) {
    expect((await request(port(), link, { method })).status, method).toBe(200);
  }
  expect((await request(port(), link, { method: "DELETE" })).status).toBe(403);
});

test("the link of a folder is one for its index", async () => {
  await folder?.writeOld("files/index.html", "index");
  expect((await request(port(), plain.sign("/files/", HOUR))).text).toBe("index");
});

function isServed(name: string): boolean {
  return segmentRefusal(name, { dotfiles: "serve", portableNames: false, windows: false }) === undefined;
}
