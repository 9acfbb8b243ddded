export type { CrossOriginResourcePolicy, UntrustedOptions } from "./access/content-policy.ts";
export {
  allow,
  type Allowance,
  type AllowOptions,
  deny,
  type Denial,
  type DeniedStatus,
  type Guard,
  type GuardAnswer,
  type GuardedRequest,
  type ResponseLike,
} from "./access/guard.ts";
export { isFingerprinted } from "./api/fingerprinted.ts";
export type { Immutable, PathPattern } from "./api/immutable.ts";
export type { HeaderMap, SendOptions } from "./api/options.ts";
export { stet, type WebOptions, type WebStet } from "./api/web.ts";
export type { Delivered } from "./observe/delivered.ts";
export { notModified } from "./seed/not-modified.ts";
export { permanentRedirect, redirect, type RedirectOptions } from "./seed/redirect.ts";
export { wasModifiedSince } from "./seed/was-modified-since.ts";
export type { Chunks } from "./sources/given/chunks.ts";
export type { GivenContent, ReadableContent } from "./sources/given/given-content.ts";
export { memory } from "./sources/web-memory.ts";
export type { MemoryFile } from "./sources/memory-source.ts";
export {
  type DirectoryResource,
  type FileResource,
  type OpenRepresentation,
  type Resource,
  type Source,
  SourceError,
  type SourceErrorCode,
} from "./sources/source.ts";
