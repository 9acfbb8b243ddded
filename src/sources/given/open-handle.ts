import type { BigIntStats } from "node:fs";
import type { Validators } from "../../decision/representation.ts";
import { inThreadPool } from "../file-system.ts";
import { HeldFile } from "../held-file.ts";
import { type OpenRepresentation, SourceError } from "../source.ts";
import { validatorsByReading, validatorsWithoutReading } from "../file-validators.ts";
import type { GivenFile } from "./given-file.ts";

/** A `FileHandle` of `node:fs/promises`, as far as it is needed. */
export interface OpenFileHandle {
  readonly fd: number;
  stat(options: { readonly bigint: true }): Promise<BigIntStats>;
  close(): Promise<void>;
}

/** An open file of the application's as a file of a source. Whoever gives it away doesn't close it: stet does. */
export function toHandleFile(handle: OpenFileHandle, mediaType: string): GivenFile {
  let held: OpenHandle | undefined;
  return {
    kind: "file",
    variants: [{ contentCoding: undefined }],
    async open() {
      try {
        const now = Date.now();
        const stats = await handle.stat({ bigint: true });
        if (!stats.isFile()) throw new TypeError("The FileHandle is of no regular file.");
        const validators = await validatorsOfHandle(handle, stats, now);
        return (held = new OpenHandle(handle, stats, mediaType, validators));
      } catch (error) {
        throw new SourceError("failed", error);
      }
    },
    letGo: () => (held === undefined ? close(handle) : held.close()),
  };
}

function close(handle: OpenFileHandle): void {
  void handle.close().catch(() => undefined);
}

async function validatorsOfHandle(
  { fd }: OpenFileHandle,
  stats: BigIntStats,
  now: number,
): Promise<Validators> {
  return (
    validatorsWithoutReading(stats, { path: "", contentCoding: undefined }, now) ??
    (await validatorsByReading({ descriptor: fd, path: undefined }, stats, undefined, now))
  );
}

class OpenHandle extends HeldFile implements OpenRepresentation {
  readonly representation: OpenRepresentation["representation"];

  constructor(handle: OpenFileHandle, stats: BigIntStats, mediaType: string, validators: Validators) {
    super(handle.fd, stats, {
      name: "an open file",
      mayGrow: true,
      appendOnly: false,
      neverOverwritten: false,
      system: { ...inThreadPool, close: () => close(handle) },
    });
    this.representation = {
      contentCoding: undefined,
      mediaType,
      mediaTypeFromName: true,
      length: Number(stats.size),
      validators,
      acceptRanges: true,
    };
  }
}
