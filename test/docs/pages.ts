import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A page of the documentation. */
export interface Page {
  /** Its path below the repository, such as `docs/stet.md`. */
  readonly name: string;
  readonly text: string;
}

export const REPOSITORY: string = fileURLToPath(new URL("../../", import.meta.url));

/** README.md, and everything below docs/. */
export function readPages(): readonly Page[] {
  const below = readdirSync(join(REPOSITORY, "docs"), { recursive: true, encoding: "utf8" });
  const names = below.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  return ["README.md", ...names.toSorted()].map(readPage);
}

/** @param name its path below the repository */
export function readPage(name: string): Page {
  return { name, text: readFileSync(join(REPOSITORY, name), "utf8") };
}
