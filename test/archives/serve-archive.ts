import { test as base } from "../support/served-test.ts";
import { type RawRequest, type RawResponse, request } from "../support/raw-connection.ts";
import { type Source, stet, type Stet, type StetOptions } from "../../src/index.ts";

/** A server of an archive. */
export interface ServedSource {
  readonly port: number;
  readonly policy: Stet;
  /** What `onError` was told, each with its cause. */
  readonly errors: readonly string[];
  /** One request on a connection of its own. */
  readonly get: (target: string, request?: RawRequest) => Promise<RawResponse>;
}

interface Fixtures {
  readonly serveSource: (source: Source, options?: StetOptions) => Promise<ServedSource>;
}

/** A test with a folder, and with servers of sources that are closed when it ends. */
export const test = base.extend<Fixtures>({
  serveSource: async ({ serveApp }, use) => {
    await use(async (source, options = {}) => {
      const errors: string[] = [];
      const onError = (error: unknown): void => void errors.push(describe(error));
      const policy = stet(source, { onError, ...options });
      const port = await serveApp((request, response) => void policy.node(request, response));
      return { port, policy, errors, get: (target, raw) => request(port, target, raw) };
    });
  },
});

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
