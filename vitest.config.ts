import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/** Unit tests and pure tables: nothing of one file is seen by another, so they share a process. */
const UNIT = ["src/**/*.test.ts", "test/conformance/{decision,model}.test.ts"];

/** Tests that measure processor time or memory, or count what a whole process has open. They run alone. */
const ALONE = ["test/faults/large.test.ts", "test/cli/timeout.test.ts", "test/nodes/**/*.test.ts"];

/** Everything else: sockets, real clients and servers, other processes. */
const REST = ["test/**/*.test.ts"];

/** Vitest takes one worker on two cores, and most of these tests wait for another process. */
const WORKERS = 2;

export default defineConfig({
  test: {
    projects: [
      project("unit", 0, { include: UNIT, isolate: false, maxWorkers: 2 }),
      project("socket", 1, {
        include: REST,
        exclude: [...configDefaults.exclude, ...UNIT, ...ALONE],
        maxWorkers: WORKERS,
      }),
      project("alone", 2, { include: ALONE, maxWorkers: 1 }),
    ],
    tags: [
      {
        name: "one-node",
        description:
          "takes long, or looks at nothing that differs between Nodes: left out by scripts/test-nodes.js",
      },
    ],
  },
});

/** Groups run one after the other. */
function project(
  name: string,
  groupOrder: number,
  test: NonNullable<TestProjectInlineConfiguration["test"]>,
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      sequence: { groupOrder },
      // Socket tests move gigabytes through two cores that others want too: room for a slow machine, while a hang still ends.
      testTimeout: 180_000,
      hookTimeout: 180_000,
      expect: { poll: { timeout: 20_000 } },
      ...test,
    },
  };
}
