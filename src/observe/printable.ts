const encoder = new TextEncoder();

/**
 * A request target as text for a log: whatever isn't visible ASCII is percent-encoded. A raw escape sequence would
 * write to the terminal of whoever reads the log, a line break would forge a line, and a mark for right-to-left text
 * would show it in another order.
 *
 * @param target as Node gives it: one character for each byte
 */
export function printableTarget(target: string): string {
  return target.replace(/[^\x21-\x7e]/gu, (character) =>
    character <= "\xff"
      ? percentEncode(character.charCodeAt(0))
      : percentEncode(...encoder.encode(character)),
  );
}

/** A message as one line of ASCII, for the same reasons: the name of a file may stand in it. */
export function printableMessage(message: string): string {
  return message.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function percentEncode(...bytes: readonly number[]): string {
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
