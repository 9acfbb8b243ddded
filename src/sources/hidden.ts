/**
 * Whether a path below the root leads to or through a name that begins with a dot. `/.well-known/` at the top is public by
 * definition.
 *
 * @see RFC 8615
 */
export function isHidden(path: string): boolean {
  return /(?:^|\/)\./.test(path.replace(/^\.well-known(?=\/|$)/, ""));
}
