import { InvalidArgumentError } from "commander";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const DURATION = /^([1-9][0-9]{0,8})([smhd]?)$/;

/** With its zone, since a link is made for others than those who live where it was made. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** @returns seconds */
export function parseDuration(text: string): number {
  const [, count, unit = ""] = DURATION.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (SECONDS[unit] ?? 1);
  throw new InvalidArgumentError("Give whole seconds, or a number with s, m, h or d, such as 3600 or 12h.");
}

export function parseMoment(text: string): Date {
  const [, day] = MOMENT.exec(text) ?? [];
  // Without this check, the 30th of February would be the 2nd of March.
  if (day !== undefined && isDay(day) && !Number.isNaN(Date.parse(text))) return new Date(text);
  throw new InvalidArgumentError("Give a date, or a moment with its zone, such as 2026-12-31T12:00:00Z.");
}

/** @returns the origin, without a slash at its end */
export function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (/^https?:$/.test(url?.protocol ?? "") && url?.href === `${url?.origin}/`) return url.origin;
  throw new InvalidArgumentError(
    "Give scheme and host alone, such as https://files.example.com: the path is signed with the link.",
  );
}

function isDay(day: string): boolean {
  const moment = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day);
}
