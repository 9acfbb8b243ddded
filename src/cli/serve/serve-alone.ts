import { createService } from "./create-service.ts";
import { drain, waitingMessage } from "./drain.ts";
import type { ServeFlags } from "./flags.ts";
import { listen } from "./listen.ts";
import { noticeMissingKoffi } from "./missing-koffi.ts";
import { signalled } from "./signals.ts";
import { toLog } from "./to-log.ts";
import { formatUrl } from "./url.ts";

/** Serves with this process alone, until it is told to stop. */
export async function serveAlone(dir: string, flags: ServeFlags): Promise<void> {
  const log = toLog(flags);
  const { server, connections, scheme } = await createService(dir, flags, log);
  const stop = signalled();
  const port = await listen(server, flags.host, flags.port, log);
  await noticeMissingKoffi(flags, log);
  log.ready(dir, formatUrl(scheme, flags.host, port));
  // Such as a connection that can't be accepted for want of descriptors: it is lost, the others aren't.
  server.on("error", log.failed);

  const signal = await stop;
  await drain(server, connections, (requests) => {
    if (requests > 0) log.notice(waitingMessage(requests, signal));
  });
}
