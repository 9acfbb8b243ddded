import { type MemoryFiles, toMemorySource } from "./memory-source.ts";
import { mediaTypeOf } from "./media-type.ts";
import type { Source } from "./source.ts";

/**
 * Files held in memory, by their relative path: for tests, for what a build embeds, and for runtimes without a file
 * system. `"app.js.br"` beside `"app.js"` is offered as its br-coded form, as on a disk.
 *
 * @throws TypeError for a path that isn't relative and canonical, and for a file that can't be held as it is given
 */
export function memory(files: MemoryFiles): Source {
  return toMemorySource(files, mediaTypeOf);
}
