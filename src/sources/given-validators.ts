import { type EntityTag, parseEntityTag } from "../http/entity-tag.ts";
import { show } from "./check-arguments.ts";
import { isPlaceholder } from "./version.ts";

/** @throws TypeError for what is no entity tag */
export function toEntityTag(text: unknown): EntityTag | undefined {
  if (text === undefined) return undefined;
  const entityTag = typeof text === "string" ? parseEntityTag(text) : undefined;
  if (entityTag !== undefined) return entityTag;
  throw new TypeError(`The "entityTag" is text with its quotes, as '"v1"', not ${show(text)}.`);
}

/** @throws TypeError for what is no time. @returns whole seconds since the epoch; undefined for a placeholder */
export function toLastModified(time: unknown): number | undefined {
  if (time === undefined) return undefined;
  const isTime = time instanceof Date || typeof time === "number";
  const seconds = isTime ? Math.floor(Number(time) / 1000) : Number.NaN;
  if (Number.isFinite(seconds)) return isPlaceholder(seconds) ? undefined : seconds;
  throw new TypeError(
    `The "lastModified" is a valid Date, or milliseconds since the epoch, not ${show(time)}.`,
  );
}
