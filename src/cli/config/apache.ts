import { UsageError } from "../errors.ts";
import type { Remedies } from "./remedies.ts";
import { applicationComment, type FrontSettings, STEERING } from "./settings.ts";

/** What to do about what `--check` has found. */
export const apacheRemedies: Partial<Remedies> = {
  "may-not-read":
    "httpd's user (see `User`) has to be able to read the file, and to pass through each folder above it.",
  "does-not-find":
    "The folder has to stand in an `XSendFilePath`, as stet names it, and httpd's user has to be able to read the file: its log of errors tells which.",
  "does-not-act": "You have asked the application itself, or httpd lacks `XSendFile On`.",
  length: "Write `SetEnv no-gzip 1`, and take filters such as `AddOutputFilter` away.",
  "no-tag": "Take `Header unset ETag` away: the entity tag is stet's own.",
  "other-tag": "Take `XSendFileIgnoreEtag` away: the entity tag is stet's own.",
  "not-modified": "Take `RequestHeader unset If-None-Match` away.",
  range: "Write `MaxRanges 1`, and take away whatever changes the content, such as `AddOutputFilter`.",
  dropped: (field) => `Take \`Header unset ${field}\` away.`,
  open: "No `DocumentRoot` and no `Alias` may have the folder, and `ProxyPass` has to take each path.",
  coded: "Write `SetEnv no-gzip 1` and `SetEnv no-brotli 1`, and load mod_env.",
};

/**
 * What Apache's httpd needs so as to send what stet has judged: a virtual host.
 *
 * @throws UsageError where it can't be told of a folder
 */
export function apacheConfiguration(settings: FrontSettings): string {
  const { places, upstream, listen, serverName } = settings;
  return `# Apache's httpd in front of stet: put this where httpd includes its sites, such as
# /etc/apache2/sites-enabled/stet.conf. It needs mod_headers, mod_proxy_http and mod_xsendfile, on Debian:
# apt install libapache2-mod-xsendfile && a2enmod headers proxy_http xsendfile
# and then: apachectl configtest && apachectl graceful
#
${applicationComment("apache", settings)}

${listenLines(listen)}<VirtualHost ${listen.includes(":") ? listen : `*:${listen}`}>
${serverName === undefined ? "" : `    ${serverName.includes("*") ? "ServerAlias" : "ServerName"} ${serverName}\n\n`}\
    # The application gets each target as it was sent: not decoded, not merged, not refused for an encoded slash.
    AllowEncodedSlashes NoDecode
    MergeSlashes Off
    # Connections to the application are used again, and let go before Node closes them (after 5 s).
    ProxyPass "/" "${upstream.href}" nocanon ttl=4
    ProxyPreserveHost On
    RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}

    # Which server sends a file, and from where, is nothing that a client may say.
${STEERING.map((field) => `    RequestHeader unset ${field}`).join("\n")}
    # The module takes X-Sendfile off an answer that it sends a file for, and off no other.
    Header unset X-Sendfile "expr=%{REQUEST_STATUS} -ne 200"
    Header unset X-Accel-Redirect

    # Only what lies below these folders is sent, and only where the application hands it over.
    XSendFile On
${places.map(([, place]) => `    XSendFilePath ${quote(place)}`).join("\n")}
    # A path is told as it is: newer versions of the module would decode it, and find no name with "%".
    <IfDirective XSendFileUnescape>
        XSendFileUnescape Off
    </IfDirective>

    # The entity tag is stet's own. Where it tells none, the module would make one that never changes.
    FileETag None
    # stet has chosen the content coding. Coded here, a file would lose its ranges.
    <IfModule env_module>
        SetEnv no-gzip 1
        SetEnv no-brotli 1
    </IfModule>

    # stet sends several ranges by itself, where it will. Of what it sends whole httpd would cut them otherwise.
    MaxRanges 1

    # The kernel sends the bytes. Take this line out for a folder on NFS or CIFS.
    EnableSendfile On
    # A file that is cut short while it is mapped into memory would end the process.
    EnableMMAP Off
</VirtualHost>
`;
}

/** Every httpd listens at its usual ports already, and at none of them twice. */
function listenLines(listen: string): string {
  if (listen === "80" || listen === "443") return "";
  return `# Once for the whole of httpd: leave it out where another file has it.\nListen ${listen}\n\n`;
}

/** @see https://httpd.apache.org/docs/2.4/configuring.html#syntax: "\${VAR}" is a variable wherever it stands */
function quote(text: string): string {
  if (text.includes("${")) {
    throw new UsageError(
      `httpd takes "\${" for the start of a variable, and has no other spelling for it: ${text}`,
      "Give the folder another name, or mount it under one.",
    );
  }
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
