import { encodeLocation } from "../http/location.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { decodeSegment } from "../target/decode-segment.ts";
import { encodePath } from "../target/encode-path.ts";
import { parseTarget, type ParsedTarget } from "../target/parse-target.ts";
import { withoutSingleDots } from "../target/single-dots.ts";
import type { Answer } from "./answer.ts";
import { toEmpty } from "./empty-answer.ts";
import type { Policy } from "./policy.ts";
import type { RequestHead } from "./request-head.ts";

type PathTarget = Extract<ParsedTarget, { kind: "path" }>;

/** Redirects a directory that was requested without its slash to the one with it. */
export function redirectToSlash(target: PathTarget, request: RequestHead, policy: Policy): Answer {
  return toRedirect(target, "/", request, policy);
}

/**
 * A refused target that only its single dots made so is sent to the one without. It isn't served as it stands, since a
 * guard in front of us has read another path; and nothing is looked for, so the redirect tells of no file.
 */
export function redirectWithoutDots(request: RequestHead, policy: Policy): Answer | undefined {
  const repaired = withoutSingleDots(request.target);
  if (repaired === undefined) return undefined;
  const target = parseTarget(repaired, policy.target);
  return target.kind === "path" ? toRedirect(target, target.slash ? "/" : "", request, policy) : undefined;
}

/**
 * To a path in its canonical spelling, on the same origin, the query kept.
 *
 * `no-cache`: a browser would otherwise keep a 301 for good, and a development server on the same port of localhost may have
 * another site tomorrow.
 *
 * @see RFC 9110 §15.4.2
 */
function toRedirect(target: PathTarget, slash: "/" | "", request: RequestHead, policy: Policy): Answer {
  const isAbsolute = policy.absoluteRedirects || isApt(request);
  const reference = (isAbsolute ? absoluteReference : relativeReference)(target, slash, request, policy);
  const fields: readonly FieldLine[] = [
    ["Location", encodeLocation(reference + target.search)],
    ["Cache-Control", "no-cache"],
    ["Content-Length", "0"],
  ];
  return toEmpty(301, "redirect", fields, policy);
}

/**
 * The last segment alone: a proxy in front may have removed the start of the path, which only the client knows. The client
 * resolves it against the URL that it requested (RFC 3986 §5.3). `encodePath` leaves no colon that could end a scheme, and a
 * segment is never empty, so nothing here can leave the origin.
 */
function relativeReference(
  { path }: PathTarget,
  slash: "/" | "",
  request: RequestHead,
  policy: Policy,
): string {
  const [pathname = ""] = request.target.split("?", 1);
  // The client's URL is in the directory already.
  if (slash === "/" && /\/\.?$/.test(pathname) && request.mount?.bare !== true) return "./";
  const name = lastSegment(path) || lastSegment(policy.target.prefix);
  return encodePath(name || lastSegmentOfMount(request)) + slash;
}

/**
 * apt, which is why single dots are redirected at all, follows a Location only if it begins with a slash or a scheme. It tells
 * `Debian APT-HTTP/1.3 (2.6.1)`.
 */
function isApt({ native }: RequestHead): boolean {
  const { headers } = (native ?? {}) as Partial<Pick<Request, "headers">> & { headers?: UserAgent };
  const userAgent = typeof headers?.get === "function" ? headers.get("user-agent") : headers?.["user-agent"];
  return userAgent?.includes("APT-HTTP/") === true;
}

/** A request of Node's has an object of fields, one of the Fetch standard `Headers`. */
interface UserAgent {
  readonly "user-agent"?: string;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function lastSegmentOfMount({ mount }: RequestHead): string {
  const segment = lastSegment(mount?.pathname ?? "");
  return decodeSegment(segment) ?? segment;
}

/** An absolute path, as serve-static gives it. */
function absoluteReference(
  { path }: PathTarget,
  slash: "/" | "",
  request: RequestHead,
  policy: Policy,
): string {
  const segments = [policy.target.prefix, path].filter((part) => part !== "").map(encodePath);
  const pathname = [request.mount?.pathname ?? "", ...segments].join("/");
  // Two slashes at the front would name another host; a pattern such as "/:name" may have matched them.
  return pathname.replace(/^[/\\]+/, "/") + slash || "/";
}
