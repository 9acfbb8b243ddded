/** An environment variable; undefined where it isn't set, is empty, or isn't to be asked for. */
export function environmentVariable(name: string): string | undefined {
  // Deno asks its user before a variable may be read, or ends the program.
  if ("Deno" in globalThis) return undefined;
  return globalThis.process?.env[name] || undefined;
}
