import { createServer, type Socket } from "node:net";
import { ToldFailure } from "../../errors.ts";
import { createService } from "../create-service.ts";
import type { ServeFlags } from "../flags.ts";
import { listen } from "../listen.ts";
import { noticeMissingKoffi } from "../missing-koffi.ts";
import { signalled } from "../signals.ts";
import { toLog } from "../to-log.ts";
import { formatUrl } from "../url.ts";
import { Crew } from "./crew.ts";
import { Handover } from "./handover.ts";

/** As the servers of Node's own `http` take connections. Nothing is read here: the requests are the workers'. */
const CONNECTION = { pauseOnConnect: true, allowHalfOpen: true, noDelay: true };

/**
 * Lets several workers serve, until it is told to stop: it takes the connections, hands each to one of them, and writes
 * what they tell.
 *
 * @throws ToldFailure where workers can't be kept alive
 */
export async function serveAsPrimary(dir: string, flags: ServeFlags, count: number): Promise<void> {
  const log = toLog(flags);
  // Made for what it throws: a mistake is told once, before any worker starts.
  const { scheme } = await createService(dir, flags, log);
  const handover = new Handover<Socket>();
  const server = createServer(CONNECTION, (connection) => handover.add(connection));
  const stop = signalled();
  const port = await listen(server, flags.host, flags.port, log);
  server.on("error", log.failed);
  await noticeMissingKoffi(flags, log);

  const crew = new Crew(count, handover, log);
  void crew.serving.then(() => log.ready(dir, formatUrl(scheme, flags.host, port)));
  const cause = await Promise.race([stop, crew.failed]);
  const failure = cause instanceof Error ? cause : undefined;
  if (failure) log.failed(failure);
  server.close();
  handover.close();
  await crew.drain(cause instanceof Error ? undefined : cause);
  if (failure) throw new ToldFailure(failure.message);
}
