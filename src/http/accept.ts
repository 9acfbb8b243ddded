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

/**
 * Whether a client with this Accept field asks for a page: `"preferred"` where it names HTML, and nothing that it would
 * rather have; `"accepted"` where it takes anything and names nothing, as without the field; otherwise `"none"`.
 *
 * @see RFC 9110 §12.5.1
 */
export function htmlPreference(accept: string | undefined): "preferred" | "accepted" | "none" {
  const weights = parseWeightedList(accept ?? "");
  if (weights.size === 0) return "accepted";
  const html = Math.max(weights.get("text/html") ?? 0, weights.get("application/xhtml+xml") ?? 0);
  if (html > 0) return html >= Math.max(...weights.values()) ? "preferred" : "none";
  const wildcard = weights.get("text/html") ?? weights.get("text/*") ?? weights.get("*/*") ?? 0;
  const named = [...weights].some(([range, weight]) => weight > 0 && range !== "text/*" && range !== "*/*");
  return wildcard > 0 && !named ? "accepted" : "none";
}

function textWeight(weights: ReadonlyMap<string, number>, mediaType: "text/plain" | "text/html"): number {
  return weights.get(mediaType) ?? weights.get("text/*") ?? 0;
}
