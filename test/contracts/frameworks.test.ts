import { describeAdapter, WAYS } from "./adapter.ts";
import { askHttp } from "./adapters.ts";
import { describeFramework } from "./framework.ts";
import type { Framework } from "./frameworks/framework.ts";
import { BARE, FRAMEWORKS } from "./frameworks/index.ts";

for (const framework of BARE) describeAdapter(framework.name, adapt(framework));

for (const framework of FRAMEWORKS) {
  // What is different in the others lies below the adapters.
  describeAdapter(framework.name, adapt(framework), WAYS.slice(0, 1));
  describeFramework(framework);
}

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
