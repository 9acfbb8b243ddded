import { type RunningFront, startFront } from "./front-process.ts";
import { findFreePort } from "./free-port.ts";
import { Folder } from "./folder.ts";

/** Where Debian has httpd's modules. */
const MODULES = "/usr/lib/apache2/modules";

/** What is needed for it. */
export const APACHE = ["apache2", `${MODULES}/mod_xsendfile.so`];

const LOADED = ["mpm_event", "authz_core", "headers", "env", "proxy", "proxy_http", "xsendfile"];

/** Starts Apache's httpd with a configuration of its sites. @param toSites makes it of an address to listen at */
export async function startApache(toSites: (listen: string) => string): Promise<RunningFront> {
  const folder = await Folder.make();
  const port = await findFreePort();
  await folder.write(
    "httpd.conf",
    `ServerRoot "${folder.path}"
    ServerName localhost
    PidFile httpd.pid
    Mutex "file:${folder.path}"
    ErrorLog error.log
    ${LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join("\n")}
    # Where it is started by root, it works as another user.
    User www-data
    Group www-data
    ${toSites(`127.0.0.1:${port}`)}`,
  );
  return startFront("apache2", ["-DFOREGROUND", "-f", folder.to("httpd.conf")], port, () => folder.remove());
}
