import type { RequestHead } from "../serve/request-head.ts";

/**
 * What a router's pattern has matched in front of its wildcard: of `/static/*` the first segment, however it is spelt in
 * the request. Without a wildcard, nothing.
 *
 * @param pattern as Fastify, Hono and h3 write it: `/static/*`, `/:site/files/**`
 * @param pathname as sent
 */
export function matchedMount(pattern: string, pathname: string): string {
  const [front = "", ...wildcard] = pattern.split("*");
  const segments = wildcard.length === 0 ? 0 : front.split("/").length - 2;
  let end = 0;
  for (let count = 0; count < segments; count++) {
    const slash = pathname.indexOf("/", end + 1);
    if (slash === -1) return pathname;
    end = slash;
  }
  return pathname.slice(0, end);
}

/** Takes a mount off the front of a target; undefined where the target isn't below it. */
export function takeMount(mount: string, target: string): Pick<RequestHead, "target" | "mount"> | undefined {
  if (mount === "") return { target };
  const rest = target.startsWith(mount) ? target.slice(mount.length) : undefined;
  if (rest?.startsWith("/") === true) return { target: rest, mount: { pathname: mount, bare: false } };
  if (rest === "" || rest?.startsWith("?") === true) {
    return { target: `/${rest}`, mount: { pathname: mount, bare: true } };
  }
  return undefined;
}
