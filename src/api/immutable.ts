import { isRecord, show } from "../sources/check-arguments.ts";
import { isFingerprinted } from "./fingerprinted.ts";

/** A glob or a regular expression, for paths below the root, without a slash in front. */
export type PathPattern = string | RegExp;

/** The option "immutable". */
export type Immutable = boolean | PathPattern | readonly PathPattern[] | ((path: string) => boolean);

/** Compiles a glob. */
export type ToGlob = (glob: string) => (path: string) => boolean;

/** For `stet/web`: what reads globs is half as large as the rest of it. */
export const withoutGlobs: ToGlob = (glob) => {
  throw new TypeError(
    `The option "immutable" takes no glob in "stet/web", nor where "stet" stands for it: write a RegExp such as /^assets\\//, not ${show(glob)}.`,
  );
};

type Test = (path: string) => boolean;

/**
 * Which files the option "immutable" names.
 *
 * @throws TypeError for what names none, saying what to write instead
 */
export function toImmutable(given: unknown, toGlob: ToGlob): Test {
  if (given === undefined || given === false) return () => false;
  if (given === true) return isFingerprinted;
  if (isFunction(given)) return fromFunction(given);
  if (!Array.isArray(given)) return fromPattern(given, toGlob);
  const tests = given.map((pattern) => fromPattern(pattern, toGlob));
  return (path) => tests.some((test) => test(path));
}

function fromPattern(pattern: unknown, toGlob: ToGlob): Test {
  if (pattern instanceof RegExp) {
    // With these flags a regular expression goes on where its last match has ended.
    const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    return (path) => stateless.test(path);
  }
  const glob = typeof pattern === "string" ? pattern.replace(/^\.?\//, "") : "";
  if (glob !== "") return toGlob(glob);
  throw new TypeError(
    `The option "immutable" is true, false, a glob such as "assets/**", a RegExp, an array of these two, or a function of the path, not ${show(pattern)}.`,
  );
}

function isFunction(value: unknown): value is (path: string) => unknown {
  return typeof value === "function";
}

/** A promise would be true of every file, for a year. */
function fromFunction(given: (path: string) => unknown): Test {
  return (path) => {
    const isImmutable = given(path) ?? false;
    if (typeof isImmutable === "boolean") return isImmutable;
    const instead = isRecord(isImmutable) ? ", and not a promise" : "";
    throw new TypeError(`The function "immutable" gives true or false${instead}, not ${show(isImmutable)}.`);
  };
}
