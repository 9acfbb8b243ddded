import { basename, dirname, relative, resolve, sep } from "node:path";
import { WITHOUT_SIBLINGS } from "../access/content-policy.ts";
import { inThreadPool } from "../sources/file-system.ts";
import { toRelativePath } from "../serve/chosen-path.ts";
import { files, type FilesOptions } from "../sources/files.ts";
import { show } from "../sources/check-arguments.ts";
import type { Source } from "../sources/source.ts";
import type { SendOptions } from "./options.ts";
import { stet } from "./stet.ts";
import { assertSendfileOptions } from "./validate-options.ts";

export interface SendfileOptions extends SendOptions {
  /**
   * The folder that must hold the file: give it wherever a part of the filename comes from a user. Whatever lies
   * outside, by `..` or by a symbolic link, is answered with 404. Default: the filename is trusted as it is.
   */
  readonly root?: string;
}

/**
 * Answers a request with a file: 304 where the client's copy still stands, 206 for a part, otherwise the whole file
 * with its Last-Modified. A file that isn't there is a 404; so is one whose name holds a control character or a
 * backslash, which can't be sent.
 *
 * ```ts
 * export default { fetch: (request: Request) => sendfile(request, "/srv/reports/2026.pdf", { as: "Report.pdf" }) };
 * ```
 *
 * @param filename absolute, or relative to `root` (to the working directory without one)
 * @throws TypeError where `root` is there but is no folder, or an option means nothing
 * @see wagtail's sendfile streaming backend, from which stet descends
 */
export async function sendfile(
  request: Request,
  filename: string,
  options: SendfileOptions = {},
): Promise<Response> {
  assertSendfileOptions(options);
  if (typeof filename !== "string") {
    throw new TypeError(`The filename is a path such as "/srv/reports/2026.pdf", not ${show(filename)}.`);
  }
  const { root, ...send } = options;
  const read = (send.untrusted ?? false) === false ? {} : WITHOUT_SIBLINGS;
  const { source, path } =
    root === undefined ? await trusted(filename, read) : contained(root, filename, read);
  // The application has named this very file, so no rule about names stands in its way.
  return stet(source, { dotfiles: "serve", portableNames: false }).send(request, path, send);
}

interface Located {
  readonly source: Source;
  /** Below the source's root. */
  readonly path: string;
}

function contained(root: string, filename: string, read: FilesOptions): Located {
  return toLocated(files(root, read), relative(root, resolve(root, filename)).split(sep).join("/"));
}

async function trusted(filename: string, read: FilesOptions): Promise<Located> {
  try {
    const actual = await inThreadPool.realpath(filename);
    if (actual !== undefined) return toLocated(files(dirname(actual), read), basename(actual));
  } catch {
    // A folder that may not be searched is answered as one without the file.
  }
  return MISSING;
}

const MISSING: Located = { source: { find: () => Promise.resolve(undefined) }, path: "missing" };

/** A part of the path may come from a user here: what leads out of the root, or can't be sent, is missing. */
function toLocated(source: Source, path: string): Located {
  try {
    toRelativePath(path, false);
    return { source, path };
  } catch {
    return MISSING;
  }
}
