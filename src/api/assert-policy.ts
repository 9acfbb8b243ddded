import { isRecord, show } from "../sources/check-arguments.ts";
import type { Stet } from "./stet.ts";

/** @throws TypeError for anything but what `stet()` makes: a folder, say */
export function assertPolicy(taker: string, files: unknown): asserts files is Stet {
  if (isRecord(files) && typeof files["node"] === "function" && typeof files["fetch"] === "function") return;
  throw new TypeError(`${taker} takes what stet() makes, such as stet("public"), not ${show(files)}.`);
}
