import { BARE, FRAMEWORKS } from "../contracts/frameworks/index.ts";
import { describeRows, withRowFiles } from "./socket-rows.ts";

withRowFiles();

for (const { name, start, except } of [...BARE.slice(1), ...FRAMEWORKS]) {
  const serve: Parameters<typeof describeRows>[1] = (root, options) =>
    start({
      root,
      options: { ...options, fallthrough: false },
      mount: "",
      fields: {},
      onError: (error) => {
        throw error;
      },
    });
  describeRows(name, serve, except);
}
