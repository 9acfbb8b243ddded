import type { Entry } from "../sources/source.ts";
import { encodePath } from "../target/encode-path.ts";

/** Nothing on the page runs or loads, whatever a name says: the style below is all that is let through. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.25rem; overflow-wrap: anywhere }
  table { width: 100%; border-collapse: collapse }
  th, td { text-align: left; padding: 0.25rem 0.5rem; overflow-wrap: anywhere }
  th { border-bottom: 1px solid }
  .length, .date { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
`;

/**
 * A directory as a page: names as text, links relative, so that it holds under any prefix.
 *
 * @param path of the directory below the root, "" for the root
 */
export function renderHtml(path: string, entries: readonly Entry[]): string {
  const title = escapeHtml(`Index of /${path}${path === "" ? "" : "/"}`);
  const parent = path === "" ? "" : '<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<table>
<tr><th>Name</th><th class="length">Bytes</th><th class="date">Last modified (UTC)</th></tr>
${parent}${entries.map(renderEntry).join("\n")}
</table>
</body>
</html>
`;
}

function renderEntry({ name, kind, length, lastModified }: Entry): string {
  const slash = kind === "directory" ? "/" : "";
  const date = lastModified === undefined ? "" : formatDate(lastModified);
  return `<tr><td><a href="./${encodePath(name)}${slash}"><bdi>${escapeHtml(name)}</bdi>${slash}</a></td>\
<td class="length">${length ?? ""}</td><td class="date">${date}</td></tr>`;
}

/** Empty for a time that can't be written with a year of four digits: a file system may hold any. */
function formatDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString().slice(0, 19).replace("T", " ") : "";
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
