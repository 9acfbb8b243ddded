declare const brand: unique symbol;

/**
 * A canonical relative path below a source's root: decoded, its segments joined by "/", without a slash at either end,
 * without an empty, "." or ".." segment. "" is the root.
 *
 * Only `parseTarget` makes one, so a guard and a source that take a `TargetPath` read the same path: the two cannot be
 * played off against each other with another spelling of it.
 */
export type TargetPath = string & { readonly [brand]: "TargetPath" };
