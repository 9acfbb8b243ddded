import { describe } from "vitest";
import { describeAdapter, WAYS } from "./adapter.ts";
import { askHttp } from "./adapters.ts";
import { describeFramework } from "./framework.ts";
import type { Framework } from "./frameworks/framework.ts";
import { FRAMEWORKS } from "./frameworks/index.ts";

for (const framework of FRAMEWORKS.filter(({ isBare }) => isBare)) {
  describeAdapter(framework.name, adapt(framework));
}

describe("under a framework", { tags: ["one-node"] }, () => {
  for (const framework of FRAMEWORKS.filter(({ isBare }) => !isBare)) {
    // What is different in the other ways lies below the frameworks.
    describeAdapter(framework.name, adapt(framework), WAYS.slice(0, 1));
    describeFramework(framework);
  }
});

/** Without fallthrough: the contract is asked of the files, not of who stands behind them. */
function adapt({ start }: Framework): Parameters<typeof describeAdapter>[1] {
  return async (root, options) =>
    askHttp(
      await start({
        root,
        options: { ...options, fallthrough: false },
        mount: "",
        fields: {},
        onError: (error) => {
          throw error;
        },
      }),
    );
}
