import { isRecord, show } from "../sources/check-arguments.ts";

/**
 * @param way that must be there
 * @throws TypeError for anything but what `stet()` makes: a folder, say
 */
export function assertPolicy(taker: string, files: unknown, way: "node" | "fetch"): void {
  if (isRecord(files) && typeof files[way] === "function") return;
  throw new TypeError(`${taker} takes what stet() makes, such as stet("public"), not ${show(files)}.`);
}
