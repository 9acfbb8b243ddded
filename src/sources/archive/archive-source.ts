import type { Variant } from "../../decision/representation.ts";
import { type PrecompressedCoding, siblingName, storedVariant, toCodings } from "../content-codings.ts";
import { Once } from "../once.ts";
import { olderMessage } from "../sibling-fit.ts";
import {
  type LookedRepresentation,
  type OpenRepresentation,
  type Resource,
  type Source,
  SourceError,
} from "../source.ts";
import { Archive, type ArchiveVersion } from "./archive.ts";
import type { ArchiveFormat } from "./archive-format.ts";
import { type ArchiveOptions, assertArchiveOptions, toArchivePath, toFolder } from "./archive-options.ts";
import { assertReadable } from "./archived-file.ts";
import type { ArchivedFolder } from "./archived-folder.ts";
import { type ArchivedForm, describe, findForm, isOutdated, openForm } from "./archived-form.ts";
import type { Share } from "./shared-file.ts";

/** How often an archive that is replaced between a look and its opening is looked at anew. */
const ATTEMPTS = 3;

/**
 * The files of an archive, served in place.
 *
 * @throws TypeError where there is no such file, or an option means nothing
 */
export function archiveSource(path: string | URL, format: ArchiveFormat, options: ArchiveOptions): Source {
  assertArchiveOptions(options);
  return new ArchiveSource(toArchivePath(path), format, options);
}

class ArchiveSource implements Source {
  readonly #archive: Archive;
  readonly #format: ArchiveFormat;
  readonly #folder: readonly string[];
  readonly #codings: readonly PrecompressedCoding[];
  readonly #skipped = new Once();

  constructor(path: string, format: ArchiveFormat, options: ArchiveOptions) {
    this.#archive = new Archive(path, format, options);
    this.#format = format;
    this.#folder = toFolder(options.folder);
    this.#codings = toCodings(options.precompressed);
  }

  async find(path: string): Promise<Resource | undefined> {
    const version = await this.#archive.version();
    if (version === undefined) return undefined;
    const folder = this.#folderOf(version);
    const found = folder.find(path);
    if (found === undefined) return undefined;
    if (found.kind === "directory") return { kind: "directory", list: () => Promise.resolve(found.list()) };
    return {
      kind: "file",
      variants: (onError) => {
        const variants = this.#variantsOf(folder, path, onError);
        return Promise.resolve({ variants, standing: version.standing });
      },
      open: (variant) => this.#open(path, variant),
      look: (variant) => this.#look(path, variant),
    };
  }

  #variantsOf(folder: ArchivedFolder, path: string, onError: (error: unknown) => void): readonly Variant[] {
    const stored = storedVariant(path);
    if (stored !== undefined) return [stored];
    const file = folder.find(path);
    for (const contentCoding of this.#codings) {
      const name = siblingName(path, { contentCoding });
      const sibling = folder.find(name);
      const isSkipped = sibling?.kind === "file" && isOutdated(sibling, file);
      this.#skipped.report(name, isSkipped ? olderMessage(name, path) : undefined, onError);
    }
    return [...this.#codings, undefined]
      .map((contentCoding): Variant => ({ contentCoding }))
      .filter(
        (variant) => variant.contentCoding === undefined || findForm(folder, path, variant) !== undefined,
      );
  }

  #folderOf({ root }: ArchiveVersion): ArchivedFolder {
    const folder = root.at(this.#folder);
    if (folder?.kind === "directory") return folder;
    const message = `There is no folder ${JSON.stringify(this.#folder.join("/"))} in the archive.`;
    throw new SourceError("failed", new Error(message));
  }

  async #look(path: string, variant: Variant): Promise<LookedRepresentation | undefined> {
    const version = await this.#archive.version();
    const form = version && findForm(this.#folderOf(version), path, variant);
    if (version === undefined || form === undefined) return undefined;
    assertReadable(path, form.file);
    return { representation: describe(form, version), standing: version.standing };
  }

  async #open(path: string, variant: Variant): Promise<OpenRepresentation | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const version = await this.#archive.version();
      const form = version && findForm(this.#folderOf(version), path, variant);
      if (version === undefined || form === undefined) return undefined;
      assertReadable(path, form.file);
      const share = await version.share();
      if (share !== undefined) return this.#openForm(form, version, share);
      this.#archive.forget(version);
    }
    throw new SourceError("busy");
  }

  async #openForm(form: ArchivedForm, version: ArchiveVersion, share: Share): Promise<OpenRepresentation> {
    let open: OpenRepresentation | undefined;
    try {
      const offset = await this.#format.locate(form.file, share, version.length);
      open = await openForm(form, version, share, offset);
    } catch (error) {
      throw error instanceof SourceError ? error : new SourceError("failed", error);
    } finally {
      if (open === undefined) share.close();
    }
    return open;
  }
}
