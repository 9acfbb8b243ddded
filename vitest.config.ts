import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Socket tests move gigabytes through two cores that others want too: room for a slow machine, while a hang still ends.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    tags: [
      {
        name: "one-node",
        description:
          "takes long, or looks at nothing that differs between Nodes: left out by scripts/test-nodes.js",
      },
    ],
  },
});
