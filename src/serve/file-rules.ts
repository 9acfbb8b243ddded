import type { Front } from "../deliveries/front.ts";
import { type DispositionType, formatContentDisposition } from "../http/content-disposition.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { ContentJudgement, JudgeContent } from "./content-judgement.ts";
import { type FilePolicy, type TypeFromName, withVary } from "./file-policy.ts";

/** What a policy says of all its files. */
export interface FileRules {
  /** Cache-Control, CORS and the like, for the file at a path; for an answer without a file, undefined is asked. */
  readonly fields: (path: string | undefined) => readonly FieldLine[];
  /** The Content-Type for a path, where it isn't the one that its name tells. */
  readonly type: (path: string) => string | undefined;
  /** The Content-Type of a file whose name alone tells it; undefined where it is the one that the source tells. */
  readonly typeFromName: TypeFromName | undefined;
  /** Judges what strangers may have made; undefined where the files are the application's own. */
  readonly judgeContent: JudgeContent | undefined;
  /** Who sends the files in stet's place; undefined where stet does. */
  readonly front: Front | undefined;
  /** Whether each content is read whole, however large it is. */
  readonly whole: boolean;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** What was said of one answer alone, by whoever chose its file or let it through. */
export interface Said {
  /** The name under which the client saves it. */
  readonly as?: string | undefined;
  readonly disposition?: DispositionType | undefined;
  readonly type?: string | undefined;
  readonly cacheControl?: string | false | undefined;
}

/**
 * The rules for one file: the policy's, but for what was said of this answer.
 *
 * @param vary the request field by which the file was found
 */
export function toFilePolicy(rules: FileRules, path: string, said: Said, vary?: string): FilePolicy {
  const given = rules.fields(path);
  return {
    path,
    fields: (mediaType) => withVary(toFields(given, said, rules.judgeContent?.(mediaType)), vary),
    type: said.type ?? rules.type(path),
    typeFromName: rules.typeFromName,
    clock: rules.clock,
    front: rules.front,
    whole: rules.whole,
  };
}

function toFields(
  given: readonly FieldLine[],
  said: Said,
  judged: ContentJudgement | undefined,
): readonly FieldLine[] {
  const instead: readonly (readonly [name: string, value: string | false | undefined])[] = [
    ["Cache-Control", said.cacheControl],
    ["Content-Disposition", toDisposition(said, judged)],
  ];
  const told = instead.filter((line) => line[1] !== undefined);
  const others = told.length === 0 ? given : given.filter(([name]) => !isNamed(told, name));
  const fields = [...others, ...told.filter((line): line is FieldLine => line[1] !== false)];
  return judged === undefined ? fields : withDefaults(fields, judged.fields);
}

/** What is only ever saved can be given a name, but isn't shown: to ask for that is no judgement of its type. */
function toDisposition({ as, disposition }: Said, judged: ContentJudgement | undefined): string | undefined {
  if (as === undefined && disposition === undefined) return undefined;
  const type = judged?.shown === false ? "attachment" : (disposition ?? "attachment");
  return formatContentDisposition(type, as);
}

/** What is said of a field stands instead of the default. */
export function withDefaults(
  given: readonly FieldLine[],
  defaults: readonly (readonly [name: string, value: string | undefined])[],
): readonly FieldLine[] {
  const missing = defaults.filter(
    (line): line is FieldLine => line[1] !== undefined && !isNamed(given, line[0]),
  );
  return [...missing, ...given];
}

function isNamed(lines: readonly (readonly [name: string, value: unknown])[], name: string): boolean {
  return lines.some(([other]) => other.toLowerCase() === name.toLowerCase());
}
