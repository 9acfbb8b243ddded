import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Socket tests move gigabytes through two cores: room for a slow machine, while a hang still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    tags: [
      {
        name: "one-node",
        description:
          "takes long, or looks at nothing that differs between Nodes: left out by scripts/test-nodes.js",
      },
    ],
  },
});
