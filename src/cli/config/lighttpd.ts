import { UsageError } from "../errors.ts";
import type { Remedies } from "./remedies.ts";
import { applicationComment, type FrontSettings, STEERING } from "./settings.ts";

/** What to do about what `--check` has found. */
export const lighttpdRemedies: Partial<Remedies> = {
  "may-not-read":
    'The folder has to stand in `"x-sendfile-docroot"`, as stet names it and without a symbolic link in it, and lighttpd\'s user has to be able to read the file.',
  length:
    'Write `"x-sendfile" => "enable"` into its `proxy.server`, and take `deflate.mimetypes` away where the files are.',
  "no-tag": "Take what unsets ETag out of `setenv.set-response-header`: the entity tag is stet's own.",
  "other-tag": 'Write `server.stat-cache-engine = "disable"`: lighttpd keeps files for a second or two.',
  range: "Take `server.range-requests` away.",
  dropped: (field) => `Take ${field} out of \`setenv.set-response-header\`.`,
  open: "No `server.document-root` and no `alias.url` may have the folder, and `proxy.server` has to take each path.",
  coded: "Take `deflate.mimetypes` away where the files are.",
};

/**
 * What lighttpd needs so as to send what stet has judged: what holds at one of its sockets.
 *
 * @throws UsageError where it can't be told of a folder
 */
export function lighttpdConfiguration(settings: FrontSettings): string {
  const { listen, serverName } = settings;
  const socket = listen.includes(":") ? listen : `0.0.0.0:${listen}`;
  const within = serverName === undefined ? atSocket(settings) : atHost(serverName, atSocket(settings));
  return `# lighttpd in front of stet: put this where lighttpd includes its sites, such as
# /etc/lighttpd/conf-enabled/stet.conf, and then: lighttpd -tt -f /etc/lighttpd/lighttpd.conf && service lighttpd reload
#
${applicationComment("lighttpd", settings)}

server.modules += ( "mod_setenv", "mod_proxy" )
# lighttpd keeps files open for a second or two: of one that was replaced it would send the old bytes under the new tag.
server.stat-cache-engine = "disable"

$SERVER["socket"] == "${socket}" {
${indent(within)}
}
`;
}

function atHost(serverName: string, text: string): string {
  const pattern = serverName.replaceAll(".", "[.]").replaceAll("*", "[^.]+");
  return `$HTTP["host"] =~ "^${pattern}$" {\n${indent(text)}\n}`;
}

function atSocket({ places, upstream }: FrontSettings): string {
  return `proxy.server = ( "" => ( (
    "host" => "${upstream.hostname.replaceAll(/[[\]]/g, "")}",
    "port" => ${upstream.port === "" ? "80" : upstream.port},
    # Only what lies below these folders is sent, and only where the application hands it over.
    "x-sendfile" => "enable",
    "x-sendfile-docroot" => (
${places.map(([, place]) => `        ${quote(place)},`).join("\n")}
    ),
) ) )

# stet streams what a symbolic link leads to, since it has made sure of where. lighttpd can't, and follows none: the folders
# above are written as they are, without a link in them.
server.follow-symlink = "disable"

# What stet streams by itself goes to the client as fast as he takes it, not to a file first.
server.stream-response-body = 2

# Which server sends a file, and from where, is nothing that a client may say.
setenv.set-request-header = (
${STEERING.map((field) => `    "${field}" => "",`).join("\n")}
)
# lighttpd keeps X-Sendfile to itself, but neither of these.
setenv.set-response-header = (
    "X-Accel-Redirect" => "",
    "X-Sendfile2" => "",
)`;
}

/** In lighttpd's strings a quote has an escape, and nothing else. */
function quote(text: string): string {
  if (text.includes("\\")) {
    throw new UsageError(
      `lighttpd has no spelling for a backslash before a quote: ${text}`,
      "Give the folder another name, or mount it under one.",
    );
  }
  return `"${text.replaceAll('"', String.raw`\"`)}"`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}
