import picomatch from "picomatch/posix.js";
import type { ToGlob } from "./immutable.ts";

/** A `*` stands for names with a dot in front, too: whether those are served is said elsewhere. */
export const toGlob: ToGlob = (glob) => picomatch(glob, { dot: true });
