import { loadZeroCopy } from "../../deliveries/zero-copy.ts";
import type { ServeFlags } from "./flags.ts";
import type { Log } from "./log.ts";

/** Says that `--never-overwritten` gains nothing where it could: its package is optional, and no failure without it. */
export async function noticeMissingKoffi({ neverOverwritten, cert }: ServeFlags, log: Log): Promise<void> {
  const couldGain = neverOverwritten === true && cert === undefined && process.platform === "linux";
  if (!couldGain || (await loadZeroCopy()) !== undefined) return;
  log.notice("--never-overwritten: large files are copied; to send them by sendfile(2): npm install koffi");
}
