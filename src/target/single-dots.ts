/**
 * The target without its literal single-dot segments; undefined where it has none. "." says nothing (RFC 3986 §5.2.4),
 * and apt sends it: a flat repository is written `deb http://host/repository/ ./`.
 *
 * An encoded dot is left alone: nobody writes one but to hide it.
 */
export function withoutSingleDots(target: string): string | undefined {
  const query = target.indexOf("?");
  const pathname = query === -1 ? target : target.slice(0, query);
  const segments = pathname.split("/");
  if (!segments.includes(".")) return undefined;
  const kept = segments.filter((segment) => segment !== ".");
  // What ended in "/." meant the directory: its slash stays.
  if (segments.at(-1) === ".") kept.push("");
  return kept.join("/") + (query === -1 ? "" : target.slice(query));
}
