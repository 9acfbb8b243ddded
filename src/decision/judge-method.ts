/** The methods that a file answers. @see RFC 9110 §9.1 */
export const ALLOW = "GET, HEAD, OPTIONS";

export type MethodOutcome = "retrieve" | "options" | "not-allowed" | "not-implemented";

/** Methods that a server knows but a file doesn't answer: 405. Any other is unknown: 501. @see RFC 9110 §9.1 */
const REFUSED_METHODS = new Set(["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"]);

/** Judges the method alone. It comes before everything else: no precondition can change it (§13.2.1). */
export function judgeMethod(method: string): MethodOutcome {
  if (method === "GET" || method === "HEAD") return "retrieve";
  if (method === "OPTIONS") return "options";
  return REFUSED_METHODS.has(method) ? "not-allowed" : "not-implemented";
}
