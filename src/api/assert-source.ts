import type { Front } from "../deliveries/front.ts";
import { isRecord, show } from "../sources/check-arguments.ts";
import type { Source } from "../sources/source.ts";

/** @throws TypeError for what is no source, or one that nobody could send anything of */
export function assertSource(
  root: unknown,
  front: Front | undefined,
  expected: string,
): asserts root is Source {
  if (!isRecord(root) || typeof root["find"] !== "function") {
    throw new TypeError(`The root is ${expected}, not ${show(root)}.`);
  }
  if (root["elsewhere"] === true && front === undefined) {
    throw new TypeError(
      'Files that are elsewhere are sent by another server: add a delivery such as nginx({ "/": "/_private/" }) or redirect({ … }).',
    );
  }
}
