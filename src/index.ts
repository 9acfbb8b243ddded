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
export type { SentContent } from "./api/engine.ts";
export { stet, type Send, type Stet } from "./api/stet.ts";
export { sendfile, type SendfileOptions } from "./api/sendfile.ts";
export { isFingerprinted } from "./api/fingerprinted.ts";
export type { Immutable, PathPattern } from "./api/immutable.ts";
export type { CacheOptions, HeaderMap, SendOptions, StetOptions } from "./api/options.ts";
export type { ByteRange, Representation, Validators, Variant } from "./decision/representation.ts";
export type { EntityTag } from "./http/entity-tag.ts";
export type { FileVersion } from "./sources/entity-tag-options.ts";
export { files, type FilesOptions } from "./sources/files.ts";
export type { Chunks } from "./sources/given/chunks.ts";
export type { GivenContent, ReadableContent } from "./sources/given/given-content.ts";
export type { OpenFileHandle } from "./sources/given/open-handle.ts";
export { memory } from "./sources/memory.ts";
export type { MemoryFile } from "./sources/memory-source.ts";
export {
  type DirectoryResource,
  type Entry,
  type FileResource,
  type LookedRepresentation,
  type OpenedFile,
  type OpenRepresentation,
  type Resource,
  type Source,
  SourceError,
  type SourceErrorCode,
  type Standing,
} from "./sources/source.ts";
export type { Delivered } from "./observe/delivered.ts";
export { notModified } from "./seed/not-modified.ts";
export { permanentRedirect, redirect, type RedirectOptions } from "./seed/redirect.ts";
export { wasModifiedSince } from "./seed/was-modified-since.ts";
