import { memory, type Source, stet } from "../../../src/index.ts";
import type { Listening } from "../../support/listen.ts";

/** Where the files are mounted, where they aren't at the root. */
export const MOUNT = "/static";

/** The response field that tells what the framework has read. */
export const READ = "X-Read";

/** The status that a guard answers with. */
export const GUARDED = 403;

/**
 * One framework, with the files at `mount`. In front of them a handler tells in `READ` which path the framework itself has
 * read, `encoded` for a field, and a route of its own guards what is below `admin` in the mount.
 */
export interface Router {
  readonly name: string;
  readonly start: (mount: "" | typeof MOUNT) => Promise<Listening>;
  /** Whether what it has read is decoded already. */
  readonly decodes?: boolean;
}

/** A source that has a file at every path: its content is the path that stet looked for. */
export const EVERY_PATH: Source = {
  find: (path) => memory(path === "" ? {} : { [path]: path }).find(path),
};

export const FILES: ReturnType<typeof stet> = stet(EVERY_PATH, {
  dotfiles: "serve",
  onError: () => undefined,
});

/** Text for a field. */
export function encoded(path: string | null | undefined): string {
  return encodeURIComponent(path ?? "");
}
