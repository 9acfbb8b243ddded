import { splitFieldList } from "./field-list.ts";
import { splitOutsideQuotes, trimOptionalWhitespace } from "./field-syntax.ts";

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+)?$/;
const WEIGHT = /^q=/i;
const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The weights (0 to 1) of a field such as Accept or Accept-Encoding, by lower-cased name, in the order they
 * were first listed. Other parameters than `q` don't count, a malformed element is as if it weren't there,
 * and a name that stands there twice keeps the higher weight.
 *
 * @see RFC 9110 §12.4.2
 */
export function parseWeightedList(text: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const element of splitFieldList(text)) {
    const [first = "", ...parameters] = splitOutsideQuotes(element, ";");
    const name = trimOptionalWhitespace(first).toLowerCase();
    const weight = readWeight(parameters);
    if (weight === undefined || !NAME.test(name)) continue;
    weights.set(name, Math.max(weight, weights.get(name) ?? 0));
  }
  return weights;
}

/** 1 where no parameter is a weight, undefined where the weight isn't valid. */
function readWeight(parameters: readonly string[]): number | undefined {
  for (const parameter of parameters) {
    const trimmed = trimOptionalWhitespace(parameter);
    if (!WEIGHT.test(trimmed)) continue;
    const value = trimmed.slice(2);
    return QVALUE.test(value) ? Number(value) : undefined;
  }
  return 1;
}
