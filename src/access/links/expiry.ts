import { show } from "../../sources/check-arguments.ts";

/** When a link ends: one of the two. */
export interface Expiry {
  /** Whole seconds from now. */
  readonly expiresIn?: number | undefined;
  /** The moment. A fraction of a second doesn't count. */
  readonly expires?: Date | undefined;
}

/** What a Date can hold, in seconds. */
const LAST_SECOND = 8_640_000_000_000;

/**
 * The second from which on a link is over.
 *
 * @param now ms
 * @throws TypeError or RangeError that says what to write instead
 */
export function toExpiry({ expiresIn, expires }: Expiry, now: number): number {
  if ((expiresIn === undefined) === (expires === undefined)) {
    throw new TypeError(
      'Say when the link is over: either "expiresIn", in seconds, such as { expiresIn: 3600 }, or "expires", a Date.',
    );
  }
  const current = Math.floor(now / 1000);
  const second =
    expires === undefined ? current + toPeriod(expiresIn) : toUnixSeconds("expires", expires, Math.floor);
  if (second > current && second <= LAST_SECOND) return second;
  throw new RangeError(`The link would be over at once, or never: "expires" is a moment that is to come.`);
}

/**
 * A moment in whole seconds.
 *
 * @throws TypeError that says what to write instead
 */
export function toUnixSeconds(option: string, moment: unknown, round: (seconds: number) => number): number {
  const ms = moment instanceof Date ? moment.getTime() : Number.NaN;
  if (ms >= 0) return round(ms / 1000);
  throw new TypeError(
    `The option "${option}" is a Date from 1970 on, such as new Date("2026-12-31T12:00:00Z"), not ${Number.isNaN(ms) && moment instanceof Date ? "an invalid one" : show(moment)}.`,
  );
}

/** @throws RangeError where the link is over before it begins */
export function assertPeriod(notBefore: number | undefined, expires: number): void {
  if (notBefore === undefined || notBefore < expires) return;
  throw new RangeError('The link would be over before it begins: "notBefore" is earlier than the expiry.');
}

function toPeriod(expiresIn: unknown): number {
  if (typeof expiresIn === "number" && Number.isSafeInteger(expiresIn) && expiresIn > 0) return expiresIn;
  throw new TypeError(
    `The option "expiresIn" is a whole number of seconds, from 1 on, not ${show(expiresIn)}.`,
  );
}
