/** Something that whoever typed the command can mend. It is told on stderr, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /**
   * @param problem what is wrong, as a sentence
   * @param remedy what to do, as a sentence
   */
  constructor(problem: string, remedy: string) {
    super(`${problem}\n${remedy}`);
  }
}

/** A failure that the log has already told. The exit code is 1. */
export class ToldFailure extends Error {
  override readonly name = "ToldFailure";
}

/** The system's word for a failure (`"ENOENT"`), or what the error says where it has none. */
export function systemCode(error: unknown): string {
  if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
  return String(error);
}
