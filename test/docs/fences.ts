import type { Page } from "./pages.ts";

/** A fenced code block. */
export interface Fence {
  /** All that stands after the opening marks: `js`. */
  readonly kind: string;
  /** Each line with its end. */
  readonly content: string;
  /** Of the opening marks, from 1. The first line of the content is the next. */
  readonly line: number;
}

const OPENING = /^\s*(`{3,}|~{3,})(.*)$/;

/**
 * The fenced code blocks of a page, in order.
 *
 * @throws Error for one that isn't closed: the rest of the page would be code
 */
export function readFences({ name, text }: Page): readonly Fence[] {
  const lines = text.split("\n");
  const fences: Fence[] = [];
  for (let index = 0; index < lines.length; index++) {
    const [, marks, kind] = OPENING.exec(lines[index] ?? "") ?? [];
    if (marks === undefined || kind === undefined) continue;
    const end = lines.findIndex((line, at) => at > index && closes(line, marks));
    if (end === -1) throw new Error(`${name}:${index + 1}: this code block isn't closed`);
    const content = lines.slice(index + 1, end).map((line) => `${line}\n`);
    fences.push({ kind: kind.trim(), content: content.join(""), line: index + 1 });
    index = end;
  }
  return fences;
}

function closes(line: string, marks: string): boolean {
  const trimmed = line.trim();
  return trimmed.startsWith(marks) && trimmed === (marks[0] ?? "").repeat(trimmed.length);
}
