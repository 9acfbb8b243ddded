import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { skipAloud } from "./skip-aloud.ts";

/** How many descriptors a process holds. Linux only. */
export function countDescriptors(pid: number | "self" = "self"): number {
  return descriptorsOf(pid).length;
}

/** How many descriptors a process holds of files below a folder, those that were deleted too. Linux only. */
export function countDescriptorsBelow(folder: string, pid: number | "self" = "self"): number {
  return descriptorsOf(pid).filter((descriptor) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith(`${folder}/`);
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

/** Bytes of memory that a process occupies. Linux only. */
export function residentBytes(pid: number): number {
  assertProc();
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kibibytes) * 1024;
}

/** Bytes that a process has read so far, from files and sockets, out of memory or not. Linux only. */
export function bytesRead(pid: number): number {
  return bytesOf("rchar", pid);
}

/** Bytes that a process has written so far, to files and sockets. Linux only. */
export function bytesWritten(pid: number): number {
  return bytesOf("wchar", pid);
}

function bytesOf(counter: "rchar" | "wchar", pid: number): number {
  assertProc();
  const counters = readFileSync(`/proc/${pid}/io`, "latin1").split("\n");
  return Number(counters.find((line) => line.startsWith(`${counter}: `))?.split(" ")[1]);
}

function descriptorsOf(pid: number | "self"): readonly string[] {
  assertProc();
  return readdirSync(`/proc/${pid}/fd`);
}

function assertProc(): void {
  if (process.platform !== "linux")
    skipAloud("what a process holds is read from /proc, which only Linux has");
}
