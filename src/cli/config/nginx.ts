import { UsageError } from "../errors.ts";
import type { Remedies } from "./remedies.ts";
import { applicationComment, assertOneFolderEach, type FrontSettings, STEERING } from "./settings.ts";

/** What applications set on files, and nginx drops from an answer in whose place it sends a file. */
const DROPPED = [
  "Access-Control-Allow-Credentials",
  "Access-Control-Allow-Origin",
  "Access-Control-Expose-Headers",
  "Content-Language",
  "Content-Location",
  "Content-Security-Policy",
  "Content-Security-Policy-Report-Only",
  "Cross-Origin-Embedder-Policy",
  "Cross-Origin-Opener-Policy",
  "Cross-Origin-Resource-Policy",
  "Link",
  "Origin-Agent-Cluster",
  "Permissions-Policy",
  "Referrer-Policy",
  "Reporting-Endpoints",
  "Repr-Digest",
  "Server-Timing",
  "Service-Worker-Allowed",
  "SourceMap",
  "Strict-Transport-Security",
  "Timing-Allow-Origin",
  "Vary",
  "X-Content-Type-Options",
  "X-DNS-Prefetch-Control",
  "X-Download-Options",
  "X-Frame-Options",
  "X-Permitted-Cross-Domain-Policies",
  "X-Robots-Tag",
  "X-XSS-Protection",
];

/** What to do about what `--check` has found. */
export const nginxRemedies: Partial<Remedies> = {
  "may-not-read":
    "nginx's user (see `user` in nginx.conf) has to be able to read the file, and to pass through each folder above it. It follows no symbolic link there.",
  "does-not-find":
    "The `alias` of the internal location isn't the folder that stet serves, or another location takes the path: compare it with what this command prints without --check.",
  "does-not-act":
    "You have asked the application itself, or nginx has `proxy_ignore_headers X-Accel-Redirect` or `proxy_pass_header X-Accel-Redirect`: take that away.",
  length: "Write `gzip off;` into the internal location, and take filters such as `sub_filter` away.",
  "no-tag": "Write `etag on;` into the internal location.",
  "other-tag": "Write `etag on;` into the internal location, and `gzip off;`.",
  "not-modified": "Write `etag on;` and `if_modified_since exact;` into the internal location.",
  range: "Take `max_ranges` away, and whatever changes the content: `gzip`, `sub_filter`, `addition`.",
  dropped: (field) =>
    `Write into the internal location: add_header ${field} $upstream_http_${variable(field)} always;`,
  changed: (field) =>
    `Take \`expires\` and the \`add_header ${field}\` of your own away from the internal location.`,
  open: "Write `internal;` into the location.",
  coded:
    "Write `gzip off;` into the server block, and where there are such modules `brotli off;` and `zstd off;`.",
};

/**
 * What nginx needs so as to send what stet has judged: it goes into its `http` block.
 *
 * @throws UsageError where it can't be told of a folder
 */
export function nginxConfiguration(settings: FrontSettings): string {
  const { places, upstream, listen, serverName } = settings;
  assertOneFolderEach(places);
  const name = `stet_${upstream.port === "" ? "80" : upstream.port}`;
  const lines = [`listen ${listen};`, ...(serverName === undefined ? [] : [`server_name ${serverName};`])];
  return `# nginx in front of stet: put this where nginx includes its sites, such as /etc/nginx/conf.d/,
# and then: nginx -t && nginx -s reload
#
${applicationComment("nginx", settings)}

upstream ${name} {
    server ${upstream.host};
    # Connections to the application are used again, and let go before Node closes them (after 5 s).
    keepalive 32;
    keepalive_timeout 4s;
}

# Without this one, the answer that a file couldn't be sent would be kept as long as the file.
map $status $stet_no_store {
    default "";
    ~^[45] "no-store";
}

server {
${indent(lines.join("\n"))}

    # stet has chosen the content coding. Coded here, a file would lose its ranges and its strong entity tag.
    gzip off;

    location / {
        # Without a path behind it: the application gets each target as it was sent.
        proxy_pass http://${name};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;

        # Which server sends a file, and from where, is nothing that a client may say.
${STEERING.map((field) => `        proxy_set_header ${field} "";`).join("\n")}
        # nginx keeps X-Accel-Redirect to itself, but not this one.
        proxy_hide_header X-Sendfile;

        # What stet streams by itself goes to the client as fast as he takes it, not to a file first.
        proxy_max_temp_file_size 0;
        # A long name, percent-encoded, fits into the head of an answer.
        proxy_buffer_size 16k;
        proxy_buffers 8 16k;
    }
${places.map(([folder, prefix]) => `\n${indent(internal(folder, prefix))}\n`).join("")}}
`;
}

function internal(folder: string, prefix: string): string {
  const path = withSlash(folder);
  return `# ${folder}: only what the application hands over is sent from here. Whoever asks for it by himself gets a 404.
# "^~": no location with a regular expression takes a file away.
location ^~ ${prefix} {
    internal;
    alias ${quote(path)};

    # stet streams what a symbolic link leads to, since it has made sure of where. nginx can't, and follows none.
    disable_symlinks on${folder === "/" ? "" : ` ${quote(`from=${folder}`)}`};
    # stet judges by nginx's own entity tag, by whole seconds and by the file as it is now.
    etag on;
    if_modified_since exact;
    open_file_cache off;

    sendfile on;
    tcp_nopush on;

    # nginx keeps Content-Type, Content-Disposition, Cache-Control, Expires and Set-Cookie of the application's answer, and
    # drops the rest: each of these brings one back where it is set. Add a line for each field of your own.
${DROPPED.map((field) => `    add_header ${field} $upstream_http_${variable(field)} always;`).join("\n")}
    add_header Cache-Control $stet_no_store always;
}`;
}

function variable(field: string): string {
  return field.toLowerCase().replaceAll("-", "_");
}

function withSlash(folder: string): string {
  return folder.endsWith("/") ? folder : `${folder}/`;
}

/** @see https://nginx.org/en/docs/http/ngx_http_core_module.html#alias: "the path value can contain variables" */
function quote(text: string): string {
  if (text.includes("$")) {
    throw new UsageError(
      `nginx takes "$" for the start of a variable, and has no other spelling for it: ${text}`,
      'Give the folder a name without "$", or mount it under one.',
    );
  }
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}
