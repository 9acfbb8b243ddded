import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

/** Whoever adds or takes a name away does so on purpose: a name that is gone is a breaking change. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  ".": [
    "SourceError",
    "allow",
    "deny",
    "files",
    "isFingerprinted",
    "memory",
    "notModified",
    "permanentRedirect",
    "redirect",
    "sendfile",
    "stet",
    "wasModifiedSince",
  ],
  "./compat": ["serveStatic", "sirv"],
  "./deliveries": [
    "apache",
    "caddy",
    "elsewhere",
    "lighttpd",
    "nginx",
    "redirect",
    "simple",
    "stream",
    "zeroCopy",
  ],
  "./fastify": ["stetFastify"],
  "./h3": ["stetH3"],
  "./hono": ["stetHono"],
  "./koa": ["send", "stetKoa"],
  "./links": ["signedLinks"],
  "./secure-link": ["secureLink"],
  "./web": [
    "SourceError",
    "allow",
    "deny",
    "isFingerprinted",
    "memory",
    "notModified",
    "permanentRedirect",
    "redirect",
    "stet",
    "wasModifiedSince",
  ],
  "./zip": ["tar", "zip"],
};

const ENTRIES = Object.entries(manifest.exports).filter(([name]) => name !== "./package.json");

test("every entry is listed here", () => {
  expect(ENTRIES.map(([name]) => name).toSorted()).toEqual(Object.keys(NAMES).toSorted());
});

test.each(ENTRIES)("%s of the built package exports these names", async (name, target) => {
  const file = typeof target === "string" ? target : target.default;
  const built: object = await import(fileURLToPath(new URL(`../../${file}`, import.meta.url)));
  expect(Object.keys(built).toSorted()).toEqual(NAMES[name]);
});
