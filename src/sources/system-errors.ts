import { SourceError, type SourceErrorCode } from "./source.ts";

/** What the system says where there is nothing of that name, or no name like that. */
const MISSING = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EINVAL", "ENXIO"]);

const CODES: ReadonlyMap<string, SourceErrorCode> = new Map([
  ["EACCES", "forbidden"],
  ["EPERM", "forbidden"],
  ["EMFILE", "busy"],
  ["ENFILE", "busy"],
  ["ENOMEM", "busy"],
  ["EAGAIN", "busy"],
]);

/** The result of a system call; undefined where there is no such file. @throws SourceError for every other failure */
export async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    return missingOrThrow(error);
  }
}

/** As `orMissing`, of a call that is waited for. */
export function orMissingNow<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    return missingOrThrow(error);
  }
}

function missingOrThrow(error: unknown): undefined {
  const code = systemCode(error);
  if (MISSING.has(code)) return undefined;
  throw new SourceError(CODES.get(code) ?? "failed", error);
}

function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
