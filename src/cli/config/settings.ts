import type { Place } from "../../api/places.ts";
import type { FrontName } from "../../deliveries/front.ts";
import { UsageError } from "../errors.ts";

/** What a configuration is printed for. */
export interface FrontSettings {
  /** The folders, and what stands for each at the front. */
  readonly places: readonly Place[];
  /** The origin at which the application listens. */
  readonly upstream: URL;
  /** A port, or an address with one. */
  readonly listen: string;
  /** Default: every name. */
  readonly serverName: string | undefined;
}

/** In a request they mean nothing to stet; to something else in the application they may say where files are. */
export const STEERING: readonly string[] = [
  "X-Accel-Mapping",
  "X-Accel-Redirect",
  "X-Sendfile",
  "X-Sendfile-Type",
];

/**
 * What the application is to be told, so that it hands files over to this front: the head of each configuration. All four
 * begin a comment with "#".
 */
export function applicationComment(name: FrontName, { places, upstream }: FrontSettings): string {
  const calls = places.map(
    ([folder, place]) => `stet(${JSON.stringify(folder)}, { delivery: ${name}({ "/": "${place}" }) });`,
  );
  const words = places.map(([folder, place]) => `${folder}=${place}`);
  const environment = words.some((word) => /\s/.test(word))
    ? []
    : [
        "or by its environment, with no change of the code:",
        "",
        `  STET_DELIVERY="${name} ${words.join(" ")}"`,
        "",
      ];
  return comment([
    "The application has to know of it, by its code:",
    "",
    `  import { ${name} } from "stet/deliveries";`,
    ...calls.map((call) => `  ${call}`),
    "",
    ...environment,
    `It listens at ${upstream.host} and nowhere else: whoever reaches it past this server is told`,
    "where a file is, in place of its content.",
  ]);
}

export function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}`.trimEnd()).join("\n");
}

/** @throws UsageError where one prefix would have to be two folders */
export function assertOneFolderEach(places: FrontSettings["places"]): void {
  const prefixes = places.map(([, place]) => place);
  const twice = prefixes.find((place, index) => prefixes.indexOf(place) !== index);
  if (twice === undefined) return;
  throw new UsageError(`"${twice}" stands for two folders.`, "Give each folder a prefix of its own.");
}
