import { describe, expect, test } from "vitest";
import { signedLinks, type VerifiedLink, type VerifyOptions } from "../../src/links.ts";
import { finished } from "./command.ts";

const SECRET = "wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=";
const OLD_SECRET = "Yd2cTqX8rJ5vN0bLw7uGfZ3hPkS6eMaR9iOyC4tBxQ1=";
const KEYS = `2026-11:${SECRET} 2026-10:${OLD_SECRET}`;

type Finished = Awaited<ReturnType<typeof finished>>;

function sign(args: readonly string[], keys: string = KEYS): Promise<Finished> {
  return finished(["sign", ...args], { environment: { STET_LINK_KEYS: keys } });
}

/** What a server with the same keys says of the link that the command has printed. */
async function verified(
  args: readonly string[],
  { method = "GET", ...options }: VerifyOptions & { readonly method?: string } = {},
): Promise<VerifiedLink> {
  const { code, stdout, stderr } = await sign(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^\S+\n$/);
  return signedLinks({ keys: KEYS }).verify({ method, target: stdout.trimEnd() }, options);
}

/** Seconds from now to the moment at which a link is over. */
function timeLeft(link: VerifiedLink): number {
  return link.kind === "valid" ? (link.expires.getTime() - Date.now()) / 1000 : Number.NaN;
}

describe("stet sign", () => {
  test("prints a link that works for an hour, signed with the first key", async () => {
    const link = await verified(["/reports/Größe 1.pdf"]);
    expect(link).toMatchObject({ kind: "valid", path: "reports/Größe 1.pdf", keyId: "2026-11" });
    expect(timeLeft(link)).toBeGreaterThan(3500);
    expect(timeLeft(link)).toBeLessThanOrEqual(3600);
  });

  test.for([
    [["--expires-in", "90"], 90],
    [["--expires-in", "15m"], 900],
    [["--expires-in", "2d"], 172_800],
  ] as const)("%j", async ([flags, seconds]) => {
    const left = timeLeft(await verified(["/a", ...flags]));
    expect(left).toBeLessThanOrEqual(seconds);
    expect(left).toBeGreaterThan(seconds - 60);
  });

  test("takes every part of a link", async () => {
    const flags = ["--network", "203.0.113.7/24", "--disposition", "inline", "--as", "a & b.pdf"];
    const method = ["--method", "DELETE", "--expires", "2099-01-01T01:00:00+01:00"];
    const link = await verified(["/a", ...flags, ...method], {
      method: "DELETE",
      clientAddress: "203.0.113.9",
    });
    expect(link).toEqual({
      kind: "valid",
      path: "a",
      disposition: "inline",
      as: "a & b.pdf",
      expires: new Date("2099-01-01T00:00:00Z"),
      keyId: "2026-11",
    });
  });

  test("a link may begin later", async () => {
    const link = await verified(["/a", "--not-before", "2098-01-01", "--expires", "2099-01-01"]);
    expect(link).toMatchObject({ kind: "refused", reason: "not-yet-valid" });
  });

  test("--origin makes a whole URL of it", async () => {
    const { stdout } = await sign(["/a b", "--origin", "https://files.example.com/"]);
    expect(stdout).toMatch(/^https:\/\/files\.example\.com\/a%20b\?expires=/);
    const request = new Request(stdout.trimEnd());
    expect((await signedLinks({ keys: KEYS }).verify(request)).kind).toBe("valid");
  });
});

describe("what can be mended is told, with exit code 2", () => {
  test.for<readonly [args: readonly string[], message: RegExp]>([
    [["a"], /^stet: A link's path begins with "\/".*not "a"\.\nSee `stet sign --help`\.\n$/],
    [["/a/../b"], /a dot segment/],
    [[], /missing required argument 'path'/],
    [["/a", "--expires-in", "soon"], /Give whole seconds, or a number with s, m, h or d/],
    [["/a", "--expires-in", "0"], /Give whole seconds/],
    [["/a", "--expires", "2001-01-01"], /"expires" is a moment that is to come/],
    [["/a", "--expires", "tomorrow"], /Give a date, or a moment with its zone/],
    [["/a", "--expires", "2099-02-30"], /Give a date, or a moment with its zone/],
    [["/a", "--expires", "2099-01-01T10:00"], /Give a date, or a moment with its zone/],
    [["/a", "--expires", "2099-01-01", "--expires-in", "1h"], /cannot be used with option/],
    [["/a", "--not-before", "2099-01-01"], /over before it begins/],
    [["/a", "--network", "all"], /a network such as "203\.0\.113\.0\/24"/],
    [["/a", "--method", "get"], /a method such as "GET"/],
    [["/a", "--disposition", "save"], /Allowed choices are inline, attachment/],
    [["/a", "--origin", "files.example.com"], /Give scheme and host alone/],
    [["/a", "--origin", "https://example.com/b"], /Give scheme and host alone/],
    [["/a", "--secret", SECRET], /unknown option '--secret'/],
  ])("%j", async ([args, message]) => {
    const { code, stdout, stderr } = await sign(args);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("See `stet sign --help`.");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test.for<readonly [keys: string, message: string]>([
    ["", 'STET_LINK_KEYS is not set.\nSet it as your server has it, or make a key: export STET_LINK_KEYS="'],
    [SECRET, 'STET_LINK_KEYS: Key 1 has no id. Write each key as "2026-11:<secret>"'],
    [`${SECRET}:2026-11`, "STET_LINK_KEYS: The id of key 1 is 1 to 31 letters"],
    [`a:${SECRET} b:${SECRET.slice(0, 12)}`, "The secret of key 2 has 12 bytes; it must have at least 32"],
  ])("of the keys, and no secret with it: %j", async ([keys, message]) => {
    const { code, stdout, stderr } = await sign(["/a"], keys);
    expect(stderr).toContain(message);
    expect(stderr).toContain("openssl rand -base64 32");
    expect(stderr).not.toContain(SECRET.slice(0, 8));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
