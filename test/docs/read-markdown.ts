/** Where the links of a page lead, but for those to other sites. */
export function readLinks(text: string): readonly string[] {
  return Array.from(text.matchAll(/\]\(([^()\s]+)\)/g), ([, target = ""]) => target).filter(
    (target) => !/^[a-z]+:/.test(target),
  );
}

/** Where the entries of a numbered list lead. */
export function readListedLinks(text: string): readonly string[] {
  return Array.from(text.matchAll(/^\d+\. \[[^\]]*\]\(([^()\s]+)\)/gm), ([, target = ""]) => target);
}

/** What stands under a heading, to the next of its rank. */
export function readSection(text: string, heading: string): string {
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  return section.split("\n## ", 1)[0] ?? "";
}

/** The first column of the tables, less their heads: what stands there as code. */
export function readTableColumn(text: string): readonly string[] {
  return Array.from(text.matchAll(/^\| `([^`]+)` +\|/gm), ([, cell = ""]) => cell);
}

/** The names by which a page's headings can be linked to. */
export function toAnchors(text: string): readonly string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
