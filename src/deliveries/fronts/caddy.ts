import type { Representation, Validators } from "../../decision/representation.ts";
import type { Front } from "../front.ts";
import { assertInternalPrefix, HAS_CONTROL, type Mapping, toFieldBytes, toFind } from "./mapping.ts";

/** Caddy reads the path as it stands, up to what would begin a query or a fragment. */
const UNSENDABLE = /[?#%]/;

/**
 * Caddy sends the files: stet answers with `X-Accel-Redirect`, and a `handle_response` of its `reverse_proxy` has them under
 * that prefix. `stet config caddy` prints it. A name with `?`, `#` or `%` is sent by stet.
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
      if (found === undefined || UNSENDABLE.test(path) || HAS_CONTROL.test(path)) return undefined;
      return { kind: "field", field: ["X-Accel-Redirect", found.place + toFieldBytes(found.rest)] };
    },
  };
}

/** Caddy tells its own tag, of whole seconds and the length, and judges If-Range by it. */
function validatorsOf({ validators, length }: Representation): Validators | undefined {
  const { lastModified } = validators;
  // Caddy takes the first seconds of 1970 for a time that isn't known, and tells no tag.
  if (lastModified === undefined || lastModified <= 1) return undefined;
  return {
    entityTag: { opaque: lastModified.toString(36) + length.toString(36), weak: false },
    lastModified,
  };
}
