import { type Source, stet, type Stet, type StetOptions } from "../../src/index.ts";
import { listen } from "../support/listen.ts";
import { type RawRequest, type RawResponse, request } from "../support/raw-connection.ts";
import { test as base } from "../support/served-test.ts";

/** A server of an archive. */
export interface ServedSource {
  readonly port: number;
  readonly policy: Stet;
  /** What `onError` was told, each with its cause. */
  readonly errors: readonly string[];
  /** One request on a connection of its own. */
  readonly get: (target: string, request?: RawRequest) => Promise<RawResponse>;
  readonly close: () => Promise<void>;
}

export async function serveSource(source: Source, options: StetOptions = {}): Promise<ServedSource> {
  const errors: string[] = [];
  const onError = (error: unknown): void => void errors.push(describe(error));
  const policy = stet(source, { onError, ...options });
  const { port, close } = await listen((request, response) => void policy.node(request, response));
  return { port, policy, errors, get: (target, raw) => request(port, target, raw), close };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}

interface Fixtures {
  readonly serveSource: typeof serveSource;
}

/** A test with a folder, and with servers of sources that are closed when it ends. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- the runner reads from this pattern what a fixture needs
  serveSource: async ({}, use) => {
    const served: ServedSource[] = [];
    await use(async (source, options) => {
      const server = await serveSource(source, options);
      served.push(server);
      return server;
    });
    await Promise.all(served.map(({ close }) => close()));
  },
});
