/** A value as a message shows it: never in full where it may be long, or hold what can't be written as JSON. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? `an object${ofClass(value)}` : String(value);
}

/** Whoever gave a promise or a Response by mistake sees that it was one. */
function ofClass({ constructor }: object): string {
  // An object without a prototype has none, and one of JSON may have anything there.
  return typeof constructor === "function" && constructor !== Object ? ` (${constructor.name})` : "";
}

/** Whether a value is a map of names, as `{…}` makes it: a Map or Headers would look empty. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(Symbol.iterator in value);
}

/**
 * Refuses an option that nobody reads, so that a misspelt one is told and not silently ignored.
 *
 * @throws TypeError that lists the options
 */
export function assertKnown(options: unknown, known: Readonly<Record<string, true>>): void {
  const names = Object.keys(known);
  if (!isRecord(options)) {
    throw new TypeError(`The options are an object, such as { ${names[0]}: … }, not ${show(options)}.`);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new TypeError(`There is no option "${unknown}". The options are: ${names.join(", ")}.`);
}

/** @throws TypeError that lists what is allowed */
export function assertOneOf(option: string, value: unknown, allowed: readonly (string | boolean)[]): void {
  if (value === undefined || allowed.some((choice) => choice === value)) return;
  throw new TypeError(`The option "${option}" is ${allowed.map(show).join(" or ")}, not ${show(value)}.`);
}

/** @throws TypeError unless it is undefined or a number from 0 on */
export function assertAmount(option: string, value: unknown): void {
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw new TypeError(`The option "${option}" is a number from 0 on, not ${show(value)}.`);
}

/** @throws TypeError unless each is undefined or can be said in a Content-Disposition */
export function assertDisposition({
  as,
  disposition,
}: {
  readonly as?: unknown;
  readonly disposition?: unknown;
}): void {
  assertOneOf("disposition", disposition, ["inline", "attachment"]);
  if (as === undefined || typeof as === "string") return;
  throw new TypeError(`The option "as" is a name for the file, not ${show(as)}.`);
}

/** A part of a multipart answer holds it, and its length is counted in characters: each has to be one byte. */
const MEDIA_TYPE = /^[\t\x20-\x7e]+$/;

/** @throws TypeError for what no Content-Type can say */
export function assertMediaType(option: string, value: unknown): asserts value is string {
  if (typeof value === "string" && MEDIA_TYPE.test(value)) return;
  throw new TypeError(
    `The option "${option}" is a media type such as "text/plain", in ASCII and on one line, not ${show(value)}.`,
  );
}
