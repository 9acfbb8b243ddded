import type { Judge } from "../serve/judge.ts";
import type { Policy } from "../serve/policy.ts";
import { pathOf, pathOfChosen, recall, serve, serveChosen, serveGiven } from "../serve/serve.ts";
import type { GivenFile } from "../sources/given/given-file.ts";
import type { Source } from "../sources/source.ts";
import type { SendOptions, StetOptions } from "./options.ts";
import { toSendPolicy, withUntrusted } from "./to-policy.ts";
import { assertSendOptions } from "./validate-options.ts";

/** Judges each request by its target. */
export function toJudge(source: Source, policy: Policy): Judge {
  return {
    recall: (request) => recall(request, policy),
    judge: (request) => serve(request, source, policy, false),
    attempt: (request) => serve(request, source, policy, true),
    pathOf: (request) => pathOf(request, policy),
  };
}

/** Makes what judges the requests of one call of `send`, which stands in the place of their target. */
export type ToChosenJudge<Content> = (file: string | Content, options?: SendOptions) => Judge;

/** @param toFile makes a file of a content at hand, by the name that it is sent as */
export function toChosenJudges<Content>(
  source: Source,
  policy: Policy,
  options: StetOptions,
  toFile: (content: Content, name: string) => GivenFile,
): ToChosenJudge<Content> {
  const sendPolicy = toSendPolicy(policy, options);
  return (file, said = {}) => {
    assertSendOptions(said);
    const rules = withUntrusted(sendPolicy, options, said.untrusted);
    if (typeof file === "string") {
      return {
        recall: knowsNothing,
        judge: (request) => serveChosen(request, file, said, source, rules, false),
        attempt: (request) => serveChosen(request, file, said, source, rules, true),
        pathOf: () => pathOfChosen(file, rules),
      };
    }
    const given = toFile(file, said.as ?? "");
    return {
      recall: knowsNothing,
      judge: (request) => serveGiven(request, given, said, rules, false),
      attempt: (request) => serveGiven(request, given, said, rules, true),
      pathOf: () => undefined,
      letGo: () => given.letGo(),
    };
  };
}

/** The request's own target says nothing of the file that was chosen. */
function knowsNothing(): undefined {
  return undefined;
}
