import { NAVIGATION_FIELDS, wantsPage } from "../decision/single-page.ts";
import { fieldOfNative } from "../http/request-fields.ts";
import type { DirectoryResource, FileResource, Source } from "../sources/source.ts";
import { findServed } from "./find-served.ts";
import type { Policy } from "./policy.ts";
import type { RequestHead } from "./request-head.ts";

/** What a path leads to, after index, extensions and the single page were tried. */
export type Located =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly resource: FileResource;
      /** The request fields that the finding depended on, for Vary. */
      readonly vary?: string;
      /** The page that lists a folder: it is stet's own, and nobody has uploaded it. */
      readonly own?: true;
    }
  /** A directory that was asked for without its slash. */
  | { readonly kind: "directory-without-slash"; readonly directory: DirectoryResource }
  | { readonly kind: "missing" };

const MISSING: Located = { kind: "missing" };

export interface Place {
  readonly path: string;
  readonly slash: boolean;
}

/**
 * Finds the file that a path stands for.
 *
 * With a guard, everything that could be served is looked for, also after the first that is there: the time that a denied
 * request takes then doesn't tell which of them exists.
 */
export async function locate(
  place: Place,
  request: RequestHead,
  source: Source,
  policy: Policy,
): Promise<Located> {
  const located = place.slash
    ? await locateIndex(place.path, source, policy)
    : await locateFile(place.path, source, policy);
  return located.kind === "missing" ? locateSinglePage(place, request, source, policy) : located;
}

/** What is told of a folder without opening it, that it is one, is told only of a folder that is really there. */
export async function confirm(located: Located): Promise<Located> {
  if (located.kind !== "directory-without-slash") return located;
  return (await located.directory.isThere?.()) === false ? MISSING : located;
}

async function locateFile(path: string, source: Source, policy: Policy): Promise<Located> {
  const resource = await findServed(path, source, policy.target);
  const names = policy.extensions.map((extension) => `${path}.${extension}`);
  const isDone = resource !== undefined && policy.admit === undefined;
  const other = isDone ? MISSING : await firstFile(names, source, policy);
  if (resource?.kind === "file") return { kind: "file", path, resource };
  if (resource?.kind === "directory")
    return policy.redirect ? { kind: "directory-without-slash", directory: resource } : MISSING;
  return other;
}

async function locateIndex(path: string, source: Source, policy: Policy): Promise<Located> {
  const below = path === "" ? "" : `${path}/`;
  const index = await firstFile(
    policy.index.map((name) => below + name),
    source,
    policy,
  );
  const isDone = policy.list === undefined || (index.kind === "file" && policy.admit === undefined);
  const directory = isDone ? undefined : await findServed(path, source, policy.target);
  if (index.kind === "file" || policy.list === undefined || directory?.kind !== "directory") return index;
  return { kind: "file", path: below, resource: policy.list(path, directory), own: true };
}

/** A page of a single-page application has no file of its own: the application's page answers for all of them. */
export async function locateSinglePage(
  { path }: Place,
  request: RequestHead,
  source: Source,
  policy: Policy,
): Promise<Located> {
  const vary = varyOfMissing(path, policy);
  if (policy.spa === undefined || vary === undefined) return MISSING;
  const native = request.native ?? request;
  const isWanted = wantsPage(path.slice(path.lastIndexOf("/") + 1), {
    accept: request.fields.accept,
    mode: fieldOfNative(native, "sec-fetch-mode"),
    destination: fieldOfNative(native, "sec-fetch-dest"),
  });
  if (!isWanted) return MISSING;
  const page = await firstFile([policy.spa], source, policy);
  return page.kind === "file" ? { ...page, vary } : page;
}

/**
 * The request fields that decide what a path without a file gives: the application's page or a 404; undefined where it is a
 * 404 for every client. What is below /.well-known/ is read by programs, which must not take a page for it (RFC 8615).
 */
export function varyOfMissing(path: string, { spa }: Policy): string | undefined {
  return spa === undefined || /^\.well-known(?:\/|$)/.test(path) ? undefined : NAVIGATION_FIELDS;
}

async function firstFile(paths: readonly string[], source: Source, policy: Policy): Promise<Located> {
  let first = MISSING;
  for (const path of paths) {
    if (first !== MISSING && policy.admit === undefined) break;
    const resource = await findServed(path, source, policy.target);
    if (first === MISSING && resource?.kind === "file") first = { kind: "file", path, resource };
  }
  return first;
}
