// What each entry costs in a bundle, minified and compressed by Brotli, against a budget: a part of `npm run check:package`.

import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bytes of what an application takes: all of an entry, or what it names of it. What runs only on Node counts too, but not
 * Node's own modules.
 *
 * @type {readonly (readonly [entry: string, names: string, budget: number])[]}
 */
const BUDGETS = [
  ["web", "stet", 22_100],
  ["web", "*", 27_900],
  ["index", "*", 58_600],
  ["compat", "*", 56_200],
  ["links", "*", 5_100],
  ["secure-link", "*", 3_500],
  ["deliveries", "*", 13_500],
  ["zip", "*", 28_300],
  ["fastify", "*", 52_900],
  ["koa", "*", 500],
  ["hono", "*", 1100],
  ["h3", "*", 1_300],
];

/** What the web's entry may not need, since no worker has it. */
const NODE = /^node:/;

process.exitCode = (await Promise.all(BUDGETS.map(check))).every(Boolean) ? 0 : 1;

/** @param {readonly [string, string, number]} line */
async function check([entry, names, budget]) {
  const { code, imports } = await bundle(entry, names);
  const size = brotliCompressSync(code).length;
  const needsNode = entry === "web" && imports.some((name) => NODE.test(name));
  const mark = size > budget ? "over its budget of" : "of";
  console.log(
    `stet/${entry} ${names}: ${size} bytes ${mark} ${budget}${needsNode ? ", and it needs Node" : ""}`,
  );
  return size <= budget && !needsNode;
}

/**
 * @param {string} entry
 * @param {string} names
 */
async function bundle(entry, names) {
  const file = `${ROOT}dist/${entry}.js`;
  readFileSync(file);
  const bundle = await rolldown({
    input: "entry",
    external: [NODE, ...builtinModules, "koffi", "h3"],
    platform: "neutral",
    resolve: { mainFields: ["module", "main"] },
    plugins: [virtual(names === "*" ? `export * from "${file}";` : `export { ${names} } from "${file}";`)],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const [{ code, imports }] = output;
  return { code, imports };
}

/** @param {string} source */
function virtual(source) {
  return {
    name: "virtual",
    /** @param {string} id */
    resolveId: (id) => (id === "entry" ? id : null),
    /** @param {string} id */
    load: (id) => (id === "entry" ? source : null),
  };
}
