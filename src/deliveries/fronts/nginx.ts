import type { Representation, Validators } from "../../decision/representation.ts";
import { encodePath } from "../../target/encode-path.ts";
import type { Front } from "../front.ts";
import { assertInternalPrefix, type Mapping, toFind } from "./mapping.ts";

/**
 * nginx sends the files: stet answers with `X-Accel-Redirect`, and a `location` that is `internal` has them under its prefix.
 * `stet config nginx` prints that location.
 *
 * ```ts
 * stet("/srv/private", { guard, delivery: nginx({ "/": "/_private/" }) });
 * ```
 *
 * @param mapping from a path below the root to the prefix of such a location
 * @throws TypeError for a path or a prefix that means nothing
 * @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers (X-Accel-Redirect)
 */
export function nginx(mapping: Mapping): Front {
  const find = toFind("nginx", mapping, assertInternalPrefix("nginx"));
  return {
    name: "nginx",
    validatorsOf,
    adds: ["Accept-Ranges"],
    handOver({ path }) {
      const found = find(path);
      if (found === undefined) return undefined;
      return { kind: "field", field: ["X-Accel-Redirect", found.place + encodePath(found.rest)] };
    },
  };
}

/** nginx tells its own tag, of whole seconds and the length, and judges If-Range by it. */
function validatorsOf({ validators, length }: Representation): Validators | undefined {
  const { lastModified } = validators;
  if (lastModified === undefined) return undefined;
  return {
    entityTag: { opaque: `${lastModified.toString(16)}-${length.toString(16)}`, weak: false },
    lastModified,
  };
}
