import { mkdir } from "node:fs/promises";
import { type RunningFront, startFront } from "./front-process.ts";
import { findFreePort } from "./free-port.ts";
import { Folder } from "./folder.ts";

/** Starts a lighttpd with a configuration of its sites. @param toSites makes it of an address to listen at */
export async function startLighttpd(toSites: (listen: string) => string): Promise<RunningFront> {
  const folder = await Folder.make();
  const port = await findFreePort();
  await mkdir(folder.to("temporary"));
  await folder.write(
    "lighttpd.conf",
    `server.bind = "127.0.0.1"
    server.port = ${port}
    server.document-root = "${folder.to("temporary")}"
    server.upload-dirs = ( "${folder.to("temporary")}" )
    server.modules = ()
    ${toSites(`127.0.0.1:${port}`)}`,
  );
  return startFront("lighttpd", ["-D", "-f", folder.to("lighttpd.conf")], port, () => folder.remove());
}
