import { encodePath } from "../../target/encode-path.ts";
import type { Front } from "../front.ts";
import { assertFolder, inFolder, type Mapping, toFind } from "./mapping.ts";

/**
 * lighttpd sends the files: stet answers with `X-Sendfile`. `stet config lighttpd` prints what it needs.
 *
 * ```ts
 * stet("/srv/private", { guard, delivery: lighttpd({ "/": "/srv/private" }) });
 * ```
 *
 * @param mapping from a path below the root to the folder that has it, as lighttpd sees it, below an `x-sendfile-docroot`
 * @throws TypeError for a path or a folder that means nothing
 * @see https://redmine.lighttpd.net/projects/lighttpd/wiki/X-LIGHTTPD-send-file
 */
export function lighttpd(mapping: Mapping): Front {
  const find = toFind("lighttpd", mapping, assertFolder("lighttpd"));
  return {
    name: "lighttpd",
    splices: true,
    cuts: true,
    handOver({ path }) {
      const found = find(path);
      if (found === undefined) return undefined;
      return { kind: "field", field: ["X-Sendfile", encodePath(inFolder(found.place, found.rest))] };
    },
  };
}
