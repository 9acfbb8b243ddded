import { show } from "../../sources/check-arguments.ts";
import { encodePath } from "../../target/encode-path.ts";
import { parseTarget, type ParsedTarget } from "../../target/parse-target.ts";

type PathTarget = Extract<ParsedTarget, { kind: "path" }>;

/** A target in the one spelling that a link has. */
export interface CanonicalTarget {
  /** Percent-encoded, as in the target, the prefix included. */
  readonly pathname: string;
  /** Below the prefix, decoded, without a slash at either end. */
  readonly path: string;
  /** The query as sent: "" or "?" and what followed. */
  readonly search: string;
}

/**
 * The path of a link, percent-encoded.
 *
 * @param path decoded, and beginning with "/"
 * @throws TypeError that says what to write instead
 */
export function toPathname(path: unknown, prefix: string): string {
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new TypeError(
      `A link's path begins with "/" and is not percent-encoded, such as "/reports/2026.pdf", not ${show(path)}.`,
    );
  }
  const pathname = tryEncoding(path);
  const target = pathname === undefined ? undefined : parse(pathname, prefix);
  if (target?.kind === "path") return target.pathname;
  const reason =
    target?.kind === "refused" ? `it has ${target.reason}` : `it isn't below the prefix "/${prefix}"`;
  throw new TypeError(
    `No link can lead to ${show(path)}: ${target === undefined ? "it isn't Unicode text" : reason}.`,
  );
}

/** The target as a link has it; `undefined` for one that is spelled otherwise, or isn't below the prefix. */
export function readCanonicalTarget(text: string, prefix: string): CanonicalTarget | undefined {
  const target = parse(text, prefix);
  return target.kind === "path" && target.pathname === spell(target, prefix) ? target : undefined;
}

/**
 * The prefix without its slashes.
 *
 * @throws TypeError that says what to write instead
 */
export function toPrefix(prefix: unknown): string {
  if (prefix === undefined) return "";
  try {
    const target = readCanonicalTarget(toPathname(prefix, ""), "");
    return target?.path ?? "";
  } catch {
    throw new TypeError(
      `The option "prefix" is a decoded path such as "/static", not ${show(prefix)}: begin it with "/".`,
    );
  }
}

function tryEncoding(path: string): string | undefined {
  try {
    return encodePath(path);
  } catch {
    return undefined;
  }
}

/** Which names are served is for the policy to say that serves them; a link to one that isn't leads to its 404. */
function parse(target: string, prefix: string): ParsedTarget {
  return parseTarget(target, { prefix, dotfiles: "serve", portableNames: false, windows: false });
}

function spell({ path, slash }: PathTarget, prefix: string): string {
  const segments = [prefix, path].filter((part) => part !== "").join("/");
  return `/${encodePath(segments)}${slash && segments !== "" ? "/" : ""}`;
}
