import { parseWeightedList } from "./weighted-list.ts";

/**
 * Whether a peer with this Accept field would sooner read a problem (RFC 9457) than a page or a line of text.
 *
 * Wildcards don't count as a wish for JSON: browsers and curl ask for anything, and a person reads their answer.
 *
 * @see RFC 9110 §12.5.1
 */
export function prefersProblemJson(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const weights = parseWeightedList(accept);
  const json = Math.max(weights.get("application/problem+json") ?? 0, weights.get("application/json") ?? 0);
  return json > 0 && json >= textWeight(weights, "text/plain") && json >= textWeight(weights, "text/html");
}

/** Whether a peer with this Accept field takes a page. One that says nothing isn't taken for a browser. */
export function acceptsHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const weights = parseWeightedList(accept);
  const weight = weights.get("text/html") ?? weights.get("text/*") ?? weights.get("*/*") ?? 0;
  return weight > 0;
}

function textWeight(weights: ReadonlyMap<string, number>, mediaType: "text/plain" | "text/html"): number {
  return weights.get(mediaType) ?? weights.get("text/*") ?? 0;
}
