import type { BigIntStats } from "node:fs";
import { inThreadPool } from "../file-system.ts";
import { HeldFile } from "../held-file.ts";
import { type FileResource, type OpenRepresentation, SourceError } from "../source.ts";
import { validatorsOf } from "../version.ts";

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
        if (!stats.isFile()) throw new TypeError("The FileHandle is of no regular file.");
        return new OpenHandle(handle, stats, mediaType, now);
      } catch (error) {
        close(handle);
        throw new SourceError("failed", error);
      }
    },
  };
}

function close(handle: OpenFileHandle): void {
  void handle.close().catch(() => undefined);
}

class OpenHandle extends HeldFile implements OpenRepresentation {
  readonly representation: OpenRepresentation["representation"];

  constructor(handle: OpenFileHandle, stats: BigIntStats, mediaType: string, now: number) {
    super(handle.fd, stats, {
      appendOnly: false,
      neverOverwritten: false,
      system: { ...inThreadPool, close: () => close(handle) },
    });
    this.representation = {
      contentCoding: undefined,
      mediaType,
      length: Number(stats.size),
      validators: validatorsOf(stats, undefined, now),
      acceptRanges: true,
    };
  }
}
