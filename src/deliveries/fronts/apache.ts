import type { Front } from "../front.ts";
import { assertFolder, inFolder, type Mapping, toFieldBytes, toFind } from "./mapping.ts";

/**
 * Apache's httpd sends the files, by its module xsendfile: stet answers with `X-Sendfile`. `stet config apache` prints what
 * it needs. A name that ends with a space is sent by stet.
 *
 * ```ts
 * stet("/srv/private", { guard, delivery: apache({ "/": "/srv/private" }) });
 * ```
 *
 * @param mapping from a path below the root to the folder that has it, as httpd sees it, below an `XSendFilePath`
 * @throws TypeError for a path or a folder that means nothing
 * @see https://tn123.org/mod_xsendfile/
 */
export function apache(mapping: Mapping): Front {
  const find = toFind("apache", mapping, assertFolder("apache"));
  return {
    name: "apache",
    splices: true,
    handOver({ path }) {
      const found = find(path);
      const file = found && toFieldBytes(inFolder(found.place, found.rest));
      return file === undefined ? undefined : { kind: "field", field: ["X-Sendfile", file] };
    },
  };
}
