import type { BigIntStats } from "node:fs";
import { inThreadPool } from "../file-system.ts";
import { type FileResource, type OpenRepresentation, SourceError } from "../source.ts";
import { isSameVersion, validatorsOf } from "../version.ts";

/** A `FileHandle` of `node:fs/promises`, as far as it is needed. */
export interface OpenFileHandle {
  readonly fd: number;
  stat(options: { readonly bigint: true }): Promise<BigIntStats>;
  close(): Promise<void>;
}

/** An open file of the application's as a file of a source. Whoever gives it away doesn't close it: stet does. */
export function toHandleFile(handle: OpenFileHandle, mediaType: string): FileResource {
  return {
    kind: "file",
    variants: [{ contentCoding: undefined }],
    async open() {
      try {
        const now = Date.now();
        const stats = await handle.stat({ bigint: true });
        if (!stats.isFile())
          throw new SourceError("failed", new TypeError("The FileHandle is of no regular file."));
        return new OpenHandle(handle, stats, mediaType, now);
      } catch (error) {
        void handle.close().catch(() => undefined);
        throw error instanceof SourceError ? error : new SourceError("failed", error);
      }
    },
  };
}

class OpenHandle implements OpenRepresentation {
  readonly representation: OpenRepresentation["representation"];
  readonly #handle: OpenFileHandle;
  readonly #stats: BigIntStats;

  constructor(handle: OpenFileHandle, stats: BigIntStats, mediaType: string, now: number) {
    this.#handle = handle;
    this.#stats = stats;
    this.representation = {
      contentCoding: undefined,
      mediaType,
      length: Number(stats.size),
      validators: validatorsOf(stats, undefined, now),
      acceptRanges: true,
    };
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const count = await inThreadPool.read(this.#handle.fd, into, position);
    if (!isSameVersion(await this.#handle.stat({ bigint: true }), this.#stats))
      throw new SourceError("changed");
    return count ?? 0;
  }

  close(): void {
    void this.#handle.close().catch(() => undefined);
  }
}
