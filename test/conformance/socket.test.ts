import { stet, type StetOptions } from "../../src/index.ts";
import { listen } from "../support/listen.ts";
import { describeRows, withRowFiles } from "./socket-rows.ts";

const WAYS: readonly (readonly [words: string, options: StetOptions])[] = [
  ["what is known is kept", {}],
  ["nothing is kept", { cache: false }],
  ["the thread pool waits for the disk", { blocking: false }],
];

withRowFiles();

for (const [words, way] of WAYS)
  describeRows(words, (root, options) => listen(stet(root, { ...options, ...way }).node));
