/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import { describe, expect, vi } from "vitest";
import { stet } from "../../src/index.ts";
import { encodePath } from "../../src/target/encode-path.ts";
import { test } from "../support/served-test.ts";

/** Names that mean something else to Windows, and nothing special to any other system. */
const NAMES = [
  "R.E.M./song.mp3",
  "aux.js",
  "con.html",
  "com1",
  "lib/nul/index.js",
  "notes~1.md",
  "PROGRA~1",
  "a:b.txt",
  "a::$DATA",
  "trailing dot.",
  "trailing space ",
  "who?.txt",
  '"quoted" <name>|*.txt',
];

const isWindows = process.platform === "win32";

describe.skipIf(isWindows)("names that only Windows reads as something else", () => {
  test("are served, by every way to them", async ({ folder, serve }) => {
    for (const name of NAMES) await folder.writeOld(name, name);
    const { get, policy } = await serve();
    for (const name of NAMES) {
      const response = await get(`/${encodePath(name)}`);
      expect([name, response.status, response.text]).toEqual([name, 200, name]);
      const sent = await policy.send(new Request("http://localhost"), name);
      expect([name, sent.status, await sent.text()]).toEqual([name, 200, name]);
    }
  });

  test("are listed, and each link of the list leads to its file", async ({ folder, serve }) => {
    const names = NAMES.filter((name) => !name.includes("/"));
    for (const name of names) await folder.writeOld(name, name);
    const { get } = await serve({ list: true });
    const page = (await get("/")).text;
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link = ""]) => link);
    const found = await Promise.all(
      links.map(async (link) => (await get(new URL(link, "http://localhost/").pathname)).text),
    );
    expect(found.toSorted()).toEqual(names.toSorted());
  });

  test("are refused and left out of the list with portableNames", async ({ folder, serve }) => {
    for (const name of NAMES) await folder.writeOld(name, name);
    const { get, policy } = await serve({ list: true, portableNames: true });
    const refused = NAMES.filter((name) => !/[?*]|a:b/.test(name));
    for (const name of refused) {
      expect([name, (await get(`/${encodePath(name)}`)).status]).toEqual([name, 404]);
      expect((await policy.send(new Request("http://localhost"), name)).status).toBe(404);
    }
    const page = (await get("/")).text;
    expect(page).toContain("a%3Ab.txt");
    expect(page).not.toContain("aux.js");
  });

  test("are refused on Windows, whatever portableNames says", async ({ folder }) => {
    for (const name of NAMES) await folder.writeOld(name, name);
    vi.stubGlobal("process", Object.create(process, { platform: { value: "win32" } }));
    try {
      for (const options of [{}, { portableNames: false }]) {
        const policy = stet(folder.path, options);
        for (const name of NAMES) {
          const response = await policy.fetch(new Request(`http://localhost/${encodePath(name)}`));
          expect([name, response.status]).toEqual([name, 404]);
        }
      }
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
