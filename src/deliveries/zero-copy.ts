import { type OpenedFile, SourceError } from "../sources/source.ts";
import { MOST_AT_ONCE, type Move } from "./move.ts";

/** A C function as koffi makes it callable. */
type Sendfile = (to: number, from: number, offset: BigInt64Array, length: number) => number | bigint;

/**
 * A move by `sendfile(2)`: the system sends from its own memory, and this process touches no byte.
 *
 * @returns undefined where this system or this installation has no such call
 * @see sendfile(2)
 */
export async function loadZeroCopy(): Promise<Move | undefined> {
  const sendfile = process.platform === "linux" ? await loadSendfile() : undefined;
  if (sendfile === undefined) return undefined;
  const offset = new BigInt64Array(1);
  return (socket: number, file: OpenedFile, position: number, length: number): number => {
    // What this call moves is looked at by the next one, since nothing can be looked at before it leaves. The last bytes
    // of a content are never moved, but read after a last look: so the connection breaks before it is complete.
    file.assertUnchanged();
    offset[0] = BigInt(position);
    const count = Number(sendfile(socket, file.descriptor, offset, Math.min(length, MOST_AT_ONCE)));
    if (count === 0) throw new SourceError("changed");
    return Math.max(0, count);
  };
}

async function loadSendfile(): Promise<Sendfile | undefined> {
  try {
    const { default: koffi } = await import("koffi");
    // The offset is of that type: with one of 32 bits, the call for large files has another name.
    if (koffi.sizeof("long") !== 8) return undefined;
    return koffi.load(null).func("sendfile", "intptr_t", ["int", "int", "void *", "size_t"]);
  } catch {
    // Not installed, or not made for this machine.
    return undefined;
  }
}
