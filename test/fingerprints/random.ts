/** A random number generator that gives the same numbers in each run. */
export type Random = (below: number) => number;

export const DIGITS = "0123456789";
export const HEX = "0123456789abcdef";
export const UPPER_CASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const BASE32 = `${UPPER_CASE}234567`;
export const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const BASE64URL = `${UPPER_CASE}${UPPER_CASE.toLowerCase()}${DIGITS}-_`;

/** mulberry32. */
export function randomBy(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function textOf(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[random(choices.length)];
  if (choice === undefined) throw new RangeError("There is nothing to choose from.");
  return choice;
}
