import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RequestHead } from "../../serve/request-head.ts";
import { segmentRefusal } from "../../target/segment-policy.ts";
import { signedLinks, type SignedLinksOptions, type SignOptions, type VerifiedLink } from "../../links.ts";

const SECRET = "wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=";
const OLD_SECRET = "Yd2cTqX8rJ5vN0bLw7uGfZ3hPkS6eMaR9iOyC4tBxQ1=";
const KEYS = [{ id: "2026-11", secret: SECRET }];
const NOW = new Date("2026-11-22T12:00:00Z");
const HOUR = 3600;

const links = signedLinks({ keys: KEYS });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

/** So many seconds from now. */
function after(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

function get(target: string, options: Partial<SignedLinksOptions> = {}): Promise<VerifiedLink> {
  return signedLinks({ keys: KEYS, ...options }).verify({ method: "GET", target });
}

/** Whether it is refused in the one way that there is, whatever the reason for the log. */
function isRefused(verified: VerifiedLink): boolean {
  return (
    verified.kind === "refused" &&
    verified.status === 403 &&
    Object.keys(verified).join() === "kind,status,reason"
  );
}

async function reasonOf(verified: Promise<VerifiedLink>): Promise<string> {
  const link = await verified;
  return link.kind === "refused" ? link.reason : link.kind;
}

/** A link that another program has made, with the same key. @param pathname as that spells it */
function madeElsewhere(pathname: string): string {
  const parts = ["stet signed link 1", "GET", pathname, "1900000000", "", "", "", "", "2026-11"];
  const signed = parts.map((part) => `${Buffer.byteLength(part)}:${part},`).join("");
  const signature = createHmac("sha256", SECRET).update(signed).digest("base64url");
  return `${pathname}?expires=1900000000&key=2026-11&signature=${signature}`;
}

/** With everything that a link can say. */
const EVERYTHING: SignOptions = {
  expiresIn: HOUR,
  notBefore: NOW,
  network: "203.0.113.0/24",
  disposition: "attachment",
  as: "Übersicht (1) & more=100%.pdf",
};
const PATH = "/reports/Größe 1+1 (a).pdf";
const INSIDE = { clientAddress: "203.0.113.7" };

async function everything(): Promise<string> {
  return links.sign(PATH, EVERYTHING);
}

async function expectRefused(target: string): Promise<void> {
  const verified = await links.verify({ method: "GET", target }, INSIDE);
  if (!isRefused(verified)) expect.unreachable(`${target} is not refused: ${JSON.stringify(verified)}`);
}

const segment = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .filter(
    (name) => segmentRefusal(name, { dotfiles: "serve", portableNames: false, windows: false }) === undefined,
  );
const path = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
  .map(([names, slash]) => `/${names.join("/")}${slash && names.length > 0 ? "/" : ""}`);
const text = fc.string({ unit: "binary", minLength: 1 }).filter((name) => !/\p{Surrogate}/u.test(name));
const options = fc.record(
  {
    expiresIn: fc.integer({ min: 1, max: 1e9 }),
    notBefore: fc.integer({ min: 0, max: NOW.getTime() }).map((ms) => new Date(ms - (ms % 1000))),
    method: fc.constantFrom("GET", "DELETE", "PROPFIND"),
    network: fc
      .tuple(fc.constantFrom("203.0.113.7", "::ffff:203.0.113.7"), fc.integer({ min: 0, max: 32 }))
      .map(([address, length]) => `${address}/${address.includes(":") ? length + 96 : length}`),
    disposition: fc.constantFrom("inline" as const, "attachment" as const),
    as: text,
  },
  { requiredKeys: ["expiresIn"] },
);

describe("a signed link", () => {
  test("says on verification what was signed", async () => {
    expect(await links.verify({ method: "GET", target: await everything() }, INSIDE)).toEqual({
      kind: "valid",
      path: PATH.slice(1),
      disposition: "attachment",
      as: EVERYTHING.as,
      expires: after(HOUR),
      keyId: "2026-11",
    });
  });

  test("verifies, whatever path and options it has", async () => {
    await fc.assert(
      fc.asyncProperty(path, options, async (path, options) => {
        const target = await links.sign(path, options);
        const verified = await links.verify({ method: options.method ?? "GET", target }, INSIDE);
        expect(verified).toMatchObject({
          kind: "valid",
          path: path.slice(1).replace(/\/$/, ""),
          disposition: options.disposition,
          as: options.as,
        });
      }),
    );
  });

  test("is left as it is by a URL, so by browsers and Fetch", async () => {
    await fc.assert(
      fc.asyncProperty(path, options, async (path, options) => {
        const target = await links.sign(path, options);
        const { pathname, search } = new URL(target, "http://localhost");
        expect(pathname + search).toBe(target);
      }),
    );
  });

  test("can be made by anyone who has the key, as the page tells", async () => {
    const target = madeElsewhere("/a%20b.pdf");
    expect(await get(target)).toMatchObject({ kind: "valid", path: "a b.pdf" });
    expect(await links.sign("/a b.pdf", { expires: new Date(1_900_000_000_000) })).toBe(target);
  });

  test.for(["/a%20%62.pdf", "/%c3%a9", "/a'b", "/a:b", "//a", "/./a", "/a/../b", "/a%2Fb"])(
    "has one spelling, also where it was made elsewhere: not %s",
    async (pathname) => {
      expect(await reasonOf(get(madeElsewhere(pathname)))).toBe("malformed");
    },
  );

  // Links that are out there must keep their meaning: a change of the form fails here.
  test("has the form that it always had", async () => {
    expect(await everything()).toBe(
      "/reports/Gr%C3%B6%C3%9Fe%201%2B1%20%28a%29.pdf?expires=1795352400&not-before=1795348800&network=203.0.113.0/24&disposition=attachment&as=%C3%9Cbersicht%20%281%29%20%26%20more%3D100%25.pdf&key=2026-11&signature=z2cNu4lYyTbJ3J4JsRq5UaMEA2bqK2saS1maiY2U_Zw",
    );
  });
});

describe("a request is taken", () => {
  test.for(["Request", "node", "Express", "head", "absolute-form", "mount", "the mount itself"] as const)(
    "as %s",
    async (form) => {
      const target = await links.sign("/static/a b.txt", { expiresIn: HOUR });
      const root = await links.sign("/static", { expiresIn: HOUR });
      const short = target.slice("/static".length);
      const request = {
        Request: new Request(`https://files.example.com${target}`),
        node: { method: "GET", url: target },
        Express: { method: "GET", url: short, originalUrl: target },
        head: { method: "GET", target },
        "absolute-form": { method: "GET", url: `http://files.example.com${target}` },
        // What stet itself has of a request: a guard hands it on as it is.
        mount: {
          method: "GET",
          target: short,
          fields: {},
          mount: { pathname: "/static", bare: false },
        } satisfies RequestHead,
        "the mount itself": {
          method: "GET",
          target: root.replace("/static", "/"),
          mount: { pathname: "/static", bare: true },
        },
      }[form];
      expect((await links.verify(request)).kind).toBe("valid");
      const put =
        request instanceof Request ? new Request(request, { method: "PUT" }) : { ...request, method: "PUT" };
      expect((await links.verify(put)).kind).toBe("refused");
    },
  );

  test("but not what is none", async () => {
    await expect(links.verify({ method: "GET" })).rejects.toThrow("Write verify(request), a Request");
  });
});

describe("the method", () => {
  test.for([
    ["GET", undefined],
    ["HEAD", undefined],
    ["DELETE", "DELETE"],
  ] as const)("%s is let through by a link for %s", async ([method, signed]) => {
    const target = await links.sign("/a", { expiresIn: HOUR, method: signed });
    expect((await links.verify({ method, target })).kind).toBe("valid");
  });

  test.for([
    ["DELETE", "GET"],
    ["POST", "GET"],
    ["OPTIONS", "GET"],
    ["get", "GET"],
    ["", "GET"],
    ["GET", "DELETE"],
    ["HEAD", "DELETE"],
    ["PUT", "DELETE"],
  ])("%j is refused by a link for %s", async ([method, signed]) => {
    const target = await links.sign("/a", { expiresIn: HOUR, method: signed });
    expect(isRefused(await links.verify({ method, target }))).toBe(true);
  });
});

describe("refused alike is", () => {
  test("every change of one character", async () => {
    const link = await everything();
    const characters = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index));
    for (const [index, character] of Array.from(link).entries()) {
      const before = link.slice(0, index);
      await expectRefused(before + link.slice(index + 1));
      for (const other of characters) {
        if (other !== character) await expectRefused(before + other + link.slice(index + 1));
      }
    }
  });

  test("every character that was put in", async () => {
    const link = await everything();
    for (let index = 0; index <= link.length; index++) {
      for (const added of ["A", "0", "=", "&", "%", ".", "/", "?", "+", " ", "\u00e9"]) {
        await expectRefused(link.slice(0, index) + added + link.slice(index));
      }
    }
  });

  test("every order of the parameters but the one", async () => {
    const [pathname, query = ""] = (await everything()).split("?");
    const pairs = query.split("&");
    const shuffled = fc.shuffledSubarray(pairs, { minLength: 0, maxLength: pairs.length });
    await fc.assert(
      fc.asyncProperty(shuffled, async (some) => {
        fc.pre(some.join("&") !== query);
        await expectRefused(`${pathname}?${some.join("&")}`);
      }),
      { numRuns: 1000 },
    );
  });

  test("every parameter that is doubled, in every place, with the same value or another", async () => {
    const [pathname, query = ""] = (await everything()).split("?");
    const pairs = query.split("&");
    for (const pair of pairs) {
      for (const copy of [pair, pair.replace(/=.*/, "="), pair.replace(/=.*/, "=1")]) {
        for (let index = 0; index <= pairs.length; index++) {
          await expectRefused(`${pathname}?${pairs.toSpliced(index, 0, copy).join("&")}`);
        }
      }
    }
  });

  test("every parameter that is added", async () => {
    const link = await everything();
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[\w-]{0,8}(=[\w-]{0,8})?$/), async (added) => {
        await expectRefused(`${link}&${added}`);
        await expectRefused(link.replace("?", `?${added}&`));
      }),
    );
  });

  test("every part that is spelled in another way", async () => {
    const link = await everything();
    for (const [index, character] of Array.from(link).entries()) {
      const escape = `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
      await expectRefused(link.slice(0, index) + escape + link.slice(index + 1));
      await expectRefused(link.slice(0, index) + escape.toUpperCase() + link.slice(index + 1));
    }
    for (const [escape] of link.matchAll(/%[0-9A-F]{2}/g)) {
      const byte = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      await expectRefused(link.replace(escape, byte));
      if (escape !== escape.toLowerCase()) await expectRefused(link.replace(escape, escape.toLowerCase()));
    }
    for (const [canonical, other] of [
      ["/reports/", "/reports//"],
      ["/reports/", "/./reports/"],
      ["/reports/", "/x/../reports/"],
      ["/reports/", "/reports%2F"],
      ["/reports/", "/reports\\"],
      [".pdf?", ".pdf/?"],
      ["%20", "+"],
      ["?", "??"],
      ["?", "?&"],
      ["&", "&&"],
      ["&", ";"],
    ] as const) {
      await expectRefused(link.replace(canonical, other));
    }
    await expectRefused(`${link}=`);
    await expectRefused(`${link}&`);
    await expectRefused(`${link}#`);
  });

  test("what was signed for another path, time, network, disposition or name, or for no such thing", async () => {
    const signatureOf = (link: string): string => link.slice(link.indexOf("&signature="));
    const without = (link: string): string => link.slice(0, link.indexOf("&signature="));
    const link = await everything();
    const others = await Promise.all([
      links.sign("/reports/2027.pdf", EVERYTHING),
      links.sign(PATH, { ...EVERYTHING, expiresIn: HOUR + 1 }),
      ...(["notBefore", "network", "disposition", "as"] as const).map((name) =>
        links.sign(PATH, { ...EVERYTHING, [name]: undefined }),
      ),
    ]);
    for (const other of others) {
      await expectRefused(without(link) + signatureOf(other));
      await expectRefused(without(other) + signatureOf(link));
    }
  });

  test("what comes without a link", async () => {
    for (const target of ["/", "*", "", "/a", "/a?", "/a?signature=", "/a?expires=1&key=2026-11", "//a?b"]) {
      await expectRefused(target);
    }
  });

  test("any target at all, without an exception", async () => {
    const anything = fc.oneof(fc.string({ unit: "binary" }), fc.webUrl({ withQueryParameters: true }));
    await fc.assert(fc.asyncProperty(anything, expectRefused));
  });
});

describe("no two links have the same signature", () => {
  test("wherever one part ends and the next begins", async () => {
    const parts = fc.constantFrom("1", "11", "1:1,", "0:,", ",", ":", "a");
    const said = fc.record({ path: parts, as: fc.option(parts, { nil: undefined }) });
    const sign = (link: { path: string; as: string | undefined }): Promise<string> =>
      links.sign(`/${link.path}`, { expiresIn: HOUR, as: link.as });
    await fc.assert(
      fc.asyncProperty(said, said, async (one, other) => {
        const [first, second] = await Promise.all([sign(one), sign(other)]);
        const signatureOf = (link: string): string | undefined => link.split("signature=")[1];
        expect(signatureOf(first) === signatureOf(second)).toBe(first === second);
      }),
    );
  });
});

describe("time", () => {
  test("a link works until its last second, and not in the one after", async () => {
    const target = await links.sign("/a", { expires: after(10) });
    vi.setSystemTime(after(9.999));
    expect((await get(target)).kind).toBe("valid");
    vi.setSystemTime(after(10));
    expect(await reasonOf(get(target))).toBe("expired");
  });

  test("a link works from its first second on", async () => {
    const target = await links.sign("/a", { expires: after(20), notBefore: after(10) });
    vi.setSystemTime(after(9.999));
    expect(await reasonOf(get(target))).toBe("not-yet-valid");
    vi.setSystemTime(after(10));
    expect((await get(target)).kind).toBe("valid");
  });

  test("clocks may differ by the skew, at both ends, and not by more", async () => {
    const target = await links.sign("/a", { expires: after(20), notBefore: after(10) });
    for (const [second, kind] of [
      [4.999, "not-yet-valid"],
      [5, "valid"],
      [24.999, "valid"],
      [25, "expired"],
    ] as const) {
      vi.setSystemTime(after(second));
      expect(await reasonOf(get(target, { clockSkew: 5 })), String(second)).toBe(kind);
    }
  });

  test("a part of a second makes a link no longer", async () => {
    const target = await links.sign("/a", { expires: after(10.9), notBefore: after(1.1) });
    expect(target).toContain(
      `expires=${after(10).getTime() / 1000}&not-before=${after(2).getTime() / 1000}&`,
    );
  });
});

describe("the client's network", () => {
  const ask = async (network: string, clientAddress: string | undefined): Promise<string> => {
    const target = await links.sign("/a", { expiresIn: HOUR, network });
    return reasonOf(links.verify({ method: "GET", target }, { clientAddress }));
  };

  test.for([
    ["203.0.113.0/24", "203.0.113.255", "valid"],
    ["203.0.113.0/24", "::ffff:203.0.113.255", "valid"],
    ["203.0.113.0/24", "203.0.114.0", "network"],
    ["203.0.113.7", "203.0.113.7", "valid"],
    ["203.0.113.7", "203.0.113.8", "network"],
    ["2001:db8::/32", "2001:db8:ffff::1", "valid"],
    ["2001:db8::/32", "2001:db9::1", "network"],
    ["0.0.0.0/0", "::1", "network"],
    ["203.0.113.0/24", undefined, "network"],
    ["0.0.0.0/0", "unknown", "network"],
  ] as const)("%s with the client %s: %s", async ([network, address, kind]) => {
    expect(await ask(network, address)).toBe(kind);
  });

  test("is asked of the connection, unless the address is told", async () => {
    const target = await links.sign("/a", { expiresIn: HOUR, network: "203.0.113.0/24" });
    const request = { method: "GET", url: target, socket: { remoteAddress: "203.0.113.7" } };
    expect((await links.verify(request)).kind).toBe("valid");
    expect(await reasonOf(links.verify(request, { clientAddress: "198.51.100.1" }))).toBe("network");
    // Behind a proxy that didn't tell: the proxy's own address must not do.
    expect(await reasonOf(links.verify(request, { clientAddress: undefined }))).toBe("network");
  });
});

describe("keys", () => {
  const both = signedLinks({ keys: `2026-11:${SECRET}, 2026-10:${OLD_SECRET}` });
  const old = signedLinks({ keys: [{ id: "2026-10", secret: OLD_SECRET }] });

  test("the first signs, and all verify", async () => {
    const target = await both.sign("/a", { expiresIn: HOUR });
    expect(await get(target)).toMatchObject({ kind: "valid", keyId: "2026-11" });
    const before = await old.sign("/a", { expiresIn: HOUR });
    expect(await both.verify({ method: "GET", target: before })).toMatchObject({ keyId: "2026-10" });
  });

  test("one that isn't known any more is refused, and so is another's id", async () => {
    const target = await old.sign("/a", { expiresIn: HOUR });
    expect(await reasonOf(get(target))).toBe("unknown-key");
    expect(await reasonOf(get(target.replace("2026-10", "2026-11")))).toBe("altered");
  });

  test("a secret of bytes is the same as its text", async () => {
    const bytes = signedLinks({ keys: [{ id: "2026-11", secret: new TextEncoder().encode(SECRET) }] });
    expect((await get(await bytes.sign("/a", { expiresIn: HOUR }))).kind).toBe("valid");
  });

  test("bytes that are written over later change nothing", async () => {
    const secret = new TextEncoder().encode(SECRET);
    const copied = signedLinks({ keys: [{ id: "2026-11", secret }] });
    secret.fill(0);
    expect((await get(await copied.sign("/a", { expiresIn: HOUR }))).kind).toBe("valid");
  });

  test.for<readonly [what: string, keys: unknown, message: string]>([
    ["none", [], "There is no key to sign with"],
    ["empty text", " ", "There is no key to sign with"],
    ["an object", {}, 'The option "keys" is a list'],
    ["undefined", undefined, 'is the variable set that they come from? The option "keys" is a list'],
    ["no object", ["a"], "What stands for key 1 is no object"],
    ["text without an id", `a:${SECRET} ${SECRET}`, "Key 2 has no id"],
    ["a short secret", [{ id: "a", secret: SECRET.slice(0, 31) }], "has 31 bytes; it must have at least 32"],
    ["an empty secret", [{ id: "a", secret: "" }], "has 0 bytes"],
    ["a repetitive secret", [{ id: "a", secret: "password".repeat(8) }], "repeats itself"],
    ["zeros", [{ id: "a", secret: new Uint8Array(64) }], "repeats itself"],
    ["no secret", [{ id: "a" }], "is text or a Uint8Array, not undefined"],
    ["an id that needs escapes", [{ id: "a b", secret: SECRET }], "The id of key 1 is 1 to 31"],
    ["an id for two", [...KEYS, ...KEYS], "Two keys have the same id"],
  ])("%s is told", ([, keys, message]) => {
    const make = (): unknown => signedLinks({ keys: keys as string });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  test("no message holds a secret, not even one in the place of the id", () => {
    for (const keys of [
      `${SECRET}:2026-11`,
      `${SECRET.slice(0, 30)}:2026-11`,
      SECRET,
      `2026-11:${SECRET.slice(0, 20)}`,
      `a:b:${SECRET}:c d`,
    ]) {
      try {
        signedLinks({ keys });
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toContain(SECRET.slice(0, 8));
      }
    }
  });
});

describe("the prefix", () => {
  const below = signedLinks({ keys: KEYS, prefix: "/static files/" });

  test("is a part of the link, and none of the verified path", async () => {
    const target = await below.sign("/static files/a.txt", { expiresIn: HOUR });
    expect(target).toMatch(/^\/static%20files\/a\.txt\?/);
    expect(await below.verify({ method: "GET", target })).toMatchObject({ kind: "valid", path: "a.txt" });
  });

  test("is asked of every link", async () => {
    await expect(below.sign("/a.txt", { expiresIn: HOUR })).rejects.toThrow(
      'it isn\'t below the prefix "/static files"',
    );
    const target = await links.sign("/static files-other/a.txt", { expiresIn: HOUR });
    expect(isRefused(await below.verify({ method: "GET", target }))).toBe(true);
  });
});

describe("what means nothing is told", () => {
  test.for<readonly [options: object, message: string]>([
    [{}, "Say when the link is over"],
    [{ expiresIn: 60, expires: after(60) }, "Say when the link is over"],
    [{ expiresIn: 0 }, '"expiresIn" is a whole number of seconds'],
    [{ expiresIn: "60" }, '"expiresIn" is a whole number of seconds'],
    [{ expiresIn: Infinity }, '"expiresIn" is a whole number of seconds'],
    [{ expiresIn: 1e15 }, "The link would be over at once, or never"],
    [{ expires: NOW }, "The link would be over at once"],
    [{ expires: new Date("soon") }, '"expires" is a Date'],
    [{ expires: 1_900_000_000 }, '"expires" is a Date'],
    [{ expiresIn: 60, notBefore: after(60) }, "over before it begins"],
    [{ expiresIn: 60, notBefore: "now" }, '"notBefore" is a Date'],
    [{ expiresIn: 60, method: "HEAD" }, "leave the option"],
    [{ expiresIn: 60, method: "get" }, '"method" is a method such as'],
    [{ expiresIn: 60, method: "" }, '"method" is a method such as'],
    [{ expiresIn: 60, network: "10.0.0.0/40" }, '"network" is a network such as'],
    [{ expiresIn: 60, network: "" }, '"network" is a network such as'],
    [{ expiresIn: 60, disposition: "save" }, '"disposition" is "inline" or "attachment"'],
    [{ expiresIn: 60, as: "" }, '"as" is a name for the file'],
    [{ expiresIn: 60, as: "\ud800" }, '"as" is a name for the file'],
    [{ expiresIn: 60, expiry: 60 }, 'There is no option "expiry"'],
  ])("%j", async ([options, message]) => {
    await expect(links.sign("/a", options)).rejects.toThrow(message);
  });

  test.for<readonly [path: unknown, message: string]>([
    ["a", 'begins with "/"'],
    ["", 'begins with "/"'],
    [undefined, 'begins with "/"'],
    ["https://example.com/a", 'begins with "/"'],
    ["//example.com/a", "an empty segment"],
    ["/a/../b", "a dot segment"],
    ["/a\nb", "a separator or control character"],
    ["/\ud800", "it isn't Unicode text"],
    [`/${"a".repeat(256)}`, "a segment longer than 255 bytes"],
  ])("the path %j", async ([path, message]) => {
    await expect(links.sign(path as string, { expiresIn: 60 })).rejects.toThrow(message);
  });

  test.for<readonly [options: object, message: string]>([
    [{ clockSkew: -1 }, '"clockSkew" is a number of seconds'],
    [{ clockSkew: 60_000 }, '"clockSkew" is a number of seconds from 0 to 3600'],
    [{ prefix: "static" }, '"prefix" is a decoded path'],
    [{ prefix: "/a//b" }, '"prefix" is a decoded path'],
    [{ skew: 1 }, 'There is no option "skew"'],
  ])("%j", ([options, message]) => {
    expect(() => signedLinks({ keys: KEYS, ...options })).toThrow(message);
  });
});
