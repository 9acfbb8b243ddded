// The files that every server serves: made anew for each run in a temporary folder, and removed with it.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
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

/** How far apart the ranges of the huge file begin: no multiple of a page. Bytes. */
const STRIDE = 4099;

/** More than any server keeps the answers to. */
const RANGES = 5_000;

/** A hole of 100 GiB, and ranges of 10 bytes at either end of it. @type {BenchFile} */
export const HUGE = { path: "huge.bin", length: 100 * GIB };
export const FIRST_RANGES = Array.from({ length: RANGES }, (_, index) => tenBytes(index * STRIDE));
export const LAST_RANGES = FIRST_RANGES.map(({ firstPos }) => tenBytes(HUGE.length - 10 - firstPos));

/** All in one folder. */
export const FEW = inOneFolder("few", 10);
export const MANY = inOneFolder("many", 50_000);

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
 * Writes those that most scenarios ask for. The large one is real bytes on the disk of the temporary folder, not a hole and not tmpfs: what
 * is read is the page cache, as in production.
 *
 * @param {string} dir
 */
export function makeFiles(dir) {
  for (const file of [...Object.values(HOT), ...TREE]) makeSmall(dir, file);
  makeLarge(join(dir, LARGE.path));
  makeOld(join(dir, LARGE.path));
}

/**
 * Writes a folder that is vast: what is in it must cost nothing to what is asked of it.
 *
 * @param {string} dir
 */
export function makeVast(dir) {
  for (const file of [...Object.values(HOT), ...FEW, ...MANY]) makeSmall(dir, file);
  writeFileSync(join(dir, HUGE.path), "");
  truncateSync(join(dir, HUGE.path), HUGE.length);
  makeOld(join(dir, HUGE.path));
}

/**
 * @param {string} dir
 * @param {BenchFile} file
 */
function makeSmall(dir, { path, length }) {
  const name = join(dir, path);
  mkdirSync(dirname(name), { recursive: true });
  writeFileSync(name, randomBytes(length / 2).toString("hex"));
  makeOld(name);
}

/** @param {string} name */
function makeOld(name) {
  const modified = new Date(Date.now() - AGE);
  utimesSync(name, modified, modified);
}

/** @param {number} firstPos */
function tenBytes(firstPos) {
  return { firstPos, lastPos: firstPos + 9 };
}

/**
 * @param {string} folder
 * @param {number} count
 * @returns {readonly BenchFile[]}
 */
function inOneFolder(folder, count) {
  return Array.from({ length: count }, (_, index) => ({ path: `${folder}/${index}.txt`, length: KIB }));
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
