import { Connections } from "./connections.ts";
import { createServer, type Server } from "./create-server.ts";
import { readCredentials } from "./credentials.ts";
import { cutStalled } from "./cut-stalled.ts";
import type { ServeFlags } from "./flags.ts";
import type { Log } from "./log.ts";
import { pageOf, toPolicyObject } from "./policy.ts";
import { checkRequests } from "./protocol/check-request.ts";
import { answerProtocolErrors } from "./protocol/protocol-errors.ts";
import { assertPage, openRoot } from "./root.ts";

/** A server that answers as the flags say, and that doesn't listen yet. */
export interface Service {
  readonly server: Server;
  readonly connections: Connections;
  readonly scheme: "http" | "https";
}

/** @throws UsageError where what is to be served, the credentials or a flag can't be used */
export async function createService(dir: string, flags: ServeFlags, log: Log): Promise<Service> {
  const root = await openRoot(dir, {
    neverOverwritten: flags.neverOverwritten === true,
    entityTags: flags.entityTags,
  });
  if (flags.spa === true) await assertPage(root, pageOf(flags), dir);
  const credentials = await readCredentials(flags.cert, flags.key);
  const timeout = flags.timeout * 1000;
  const handler = checkRequests(toPolicyObject(root, flags, log).node, log);
  const server = createServer(handler, credentials, timeout);
  const connections = new Connections(server);
  answerProtocolErrors(server, connections);
  cutStalled(server, timeout);
  return { server, connections, scheme: credentials === undefined ? "http" : "https" };
}
