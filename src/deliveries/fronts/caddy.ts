import type { Representation, Validators } from "../../decision/representation.ts";
import type { Front } from "../front.ts";
import { assertInternalPrefix, type Mapping, toFieldBytes, toFind } from "./mapping.ts";

/**
 * Caddy reads the path up to what would begin a query. Its older versions (2.6) take what is left as it stands, newer ones
 * decode it, and end it where a fragment would begin: what is the same file to all of them is handed over.
 */
const UNSENDABLE = /[?#%]/;

/**
 * Caddy sends the files: stet answers with `X-Accel-Redirect`, and a `handle_response` of its `reverse_proxy` has them under
 * that prefix. `stet config caddy` prints it. A name with `?`, `#` or `%`, or with a space at its end, is sent by stet.
 *
 * @param mapping from a path below the root to a prefix
 * @throws TypeError for a path or a prefix that means nothing
 * @see https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#intercepting-responses
 */
export function caddy(mapping: Mapping): Front {
  const find = toFind("caddy", mapping, assertInternalPrefix("caddy"));
  return {
    name: "caddy",
    validatorsOf,
    handOver({ path }) {
      const found = find(path);
      if (found === undefined || UNSENDABLE.test(path)) return undefined;
      const location = toFieldBytes(found.place + found.rest);
      return location === undefined ? undefined : { kind: "field", field: ["X-Accel-Redirect", location] };
    },
  };
}

/** Caddy tells stet's own; but the first second of 1970 is to it a time that isn't known. */
function validatorsOf({ validators }: Representation): Validators | undefined {
  return validators.lastModified === 0 ? undefined : validators;
}
