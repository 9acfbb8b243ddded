// The build that is measured: this repository's.

/** @type {typeof import("../../src/index.ts")} */
export const { stet } = await import(new URL("../../dist/index.js", import.meta.url).href);
