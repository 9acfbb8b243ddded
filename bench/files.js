// The files that every server serves: made anew for each run in a temporary folder, and removed with it.

import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

const KIB = 1024;
const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/**
 * @typedef {object} BenchFile
 * @property {string} path below the folder
 * @property {number} length bytes
 */

/** Files asked again and again. @type {Readonly<Record<"1k" | "10k" | "100k", BenchFile>>} */
export const HOT = {
  "1k": { path: "hot-1k.txt", length: KIB },
  "10k": { path: "hot-10k.txt", length: 10 * KIB },
  "100k": { path: "hot-100k.txt", length: 100 * KIB },
};

/** @type {BenchFile} */
export const LARGE = { path: "large.bin", length: GIB };

/** 10 KiB, neither at the start of the large file nor on a page's edge. */
export const RANGE = { firstPos: 700_000_001, lastPos: 700_000_001 + 10 * KIB - 1 };

/** A name that is not there. */
export const MISSING = "missing.txt";

const TREE_FILES = 5_000;
const FILES_PER_FOLDER = 100;

/** The tree that is asked at random: 1 to 16 KiB each. @type {readonly BenchFile[]} */
export const TREE = Array.from({ length: TREE_FILES }, (_, index) => ({
  path: `tree/${Math.floor(index / FILES_PER_FOLDER)}/${index}.txt`,
  length: (1 + (index % 16)) * KIB,
}));

/** A file that has just changed gets a weak validator from some servers: these are an hour old. Milliseconds. */
const AGE = 3_600_000;

/** How much is written at a time; the large file repeats it with a stamp, so that no two blocks are equal. */
const BLOCK = 8 * MIB;

/**
 * Writes all of them. The large one is real bytes on the disk of the temporary folder, not a hole and not tmpfs: what
 * is read is the page cache, as in production.
 *
 * @param {string} dir
 */
export function makeFiles(dir) {
  const small = [...Object.values(HOT), ...TREE];
  for (const { path, length } of small) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), randomBytes(length / 2).toString("hex"));
  }
  makeLarge(join(dir, LARGE.path));
  const modified = new Date(Date.now() - AGE);
  for (const { path } of [...small, LARGE]) utimesSync(join(dir, path), modified, modified);
}

/** @param {string} path */
function makeLarge(path) {
  const block = randomBytes(BLOCK);
  const descriptor = openSync(path, "w");
  for (let position = 0; position < LARGE.length; position += BLOCK) {
    block.writeBigUInt64LE(BigInt(position));
    writeSync(descriptor, block);
  }
  // Otherwise the kernel writes it out while the first servers are measured.
  fsyncSync(descriptor);
  closeSync(descriptor);
}
