// The build that is measured: this repository's, or the one the bench has set up elsewhere (without koffi).

import process from "node:process";

const entry = process.env["BENCH_STET"] ?? new URL("../../dist/index.js", import.meta.url).href;

/** @type {typeof import("../../src/index.ts")} */
export const { stet } = await import(entry);
