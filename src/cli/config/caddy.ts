import { UsageError } from "../errors.ts";
import type { Remedies } from "./remedies.ts";
import { applicationComment, assertOneFolderEach, type FrontSettings, STEERING } from "./settings.ts";

/** What to do about what `--check` has found. */
export const caddyRemedies: Partial<Remedies> = {
  "may-not-read": "Caddy's user has to be able to read the file, and to pass through each folder above it.",
  "does-not-find":
    "The `root` behind the prefix isn't the folder that stet serves, or no `handle_path` has this prefix: compare it with what this command prints without --check.",
  "does-not-act":
    "You have asked the application itself, or the `reverse_proxy` lacks the `handle_response`.",
  length:
    "Write the `handle_response` as this command prints it without --check, with Content-Length among what isn't copied, and take `encode` away.",
  "no-tag": "Write `header @tagged` with `defer` into the `handle_response`: the entity tag is stet's own.",
  "other-tag":
    "Write `header @tagged` with `defer` into the `handle_response`: the entity tag is stet's own.",
  range: "Write `request_header @same` into the `handle_response`, and take `encode` away.",
  changed: (field) => `Take the \`header ${field}\` of your own away.`,
  dropped: (field) =>
    `Write \`copy_response_headers\` into the \`handle_response\`, and ${field} not among what it excludes.`,
  open: "No other `file_server` may have the folder.",
  coded: "Take `encode` away.",
};

/**
 * What Caddy needs so as to send what stet has judged: a site of its Caddyfile.
 *
 * @throws UsageError where it can't be told of a folder
 */
export function caddyConfiguration(settings: FrontSettings): string {
  const { places, upstream, listen, serverName = "" } = settings;
  assertOneFolderEach(places);
  const [, address, port = listen] = /^(?:\[?(.+?)\]?:)?(\d+)$/.exec(listen) ?? [];
  return `# Caddy in front of stet: a site of /etc/caddy/Caddyfile, and then: caddy reload --config /etc/caddy/Caddyfile
# With a bare host name in place of "http://${serverName}:${port}" Caddy serves it over HTTPS, with a certificate that it gets by itself.
#
${applicationComment("caddy", settings)}

http://${serverName}:${port} {
${address === undefined ? "" : `\tbind ${address}\n`}\
	# No "encode" here: stet has chosen the content coding. Coded by Caddy, a file would lose its ranges.
	reverse_proxy ${upstream.host} {
		transport http {
			# Otherwise Caddy asks for gzip in a client's name, decodes it, and loses length and entity tag.
			compression off
			# Connections to the application are let go before Node closes them (after 5 s).
			keepalive 4s
		}

		# Which server sends a file, and from where, is nothing that a client may say.
${STEERING.map((field) => `\t\theader_up -${field}`).join("\n")}
		# Nor is it for a client to know.
		header_down -X-Accel-Redirect
		header_down -X-Sendfile

		@handed {
			status 200
			header X-Accel-Redirect *
		}
${response(places)}
	}
	# What is kept of a file isn't kept of its error, should it have gone since.
	handle_errors {
		header Cache-Control no-store
	}
}
`;
}

/** What is done with an answer that hands a file over. */
function response(places: FrontSettings["places"]): string {
  // Of two prefixes that hold a file the longer one counts, as it does for stet.
  const folders = places.toSorted(([, a], [, b]) => b.length - a.length).map(toFolder);
  return `		handle_response @handed {
			route {
				# stet has judged these, by its own entity tag. Caddy (2.6) would judge them by another.
				request_header -If-Match
				request_header -If-None-Match
				request_header -If-Modified-Since
				request_header -If-Unmodified-Since
				# Only whether the file is still the one that stet has seen is left to Caddy: by its date.
				@same header If-Range {rp.header.Etag}
				request_header @same If-Range {rp.header.Last-Modified}

				# Caddy drops what the application has set, unless it is told otherwise.
				copy_response_headers {
					exclude Connection Content-Length Etag Keep-Alive Last-Modified X-Accel-Redirect X-Sendfile
				}
				# The entity tag is stet's own, or there is none, whatever Caddy makes of the file.
				@tagged expression {rp.header.Etag} != null
				header @tagged {
					Etag {rp.header.Etag}
					defer
				}
				@untagged expression {rp.header.Etag} == null
				header @untagged {
					-Etag
					defer
				}

				rewrite * {rp.header.X-Accel-Redirect}
${folders.join("\n")}
				error 404
			}
		}`;
}

function toFolder([folder, prefix]: FrontSettings["places"][number]): string {
  return `				handle_path ${prefix}* {
					root * ${quote(folder)}
					file_server
				}`;
}

/** @see https://caddyserver.com/docs/caddyfile/concepts#tokens-and-quotes */
function quote(text: string): string {
  if (/[{\\]/.test(text)) {
    throw new UsageError(
      `Caddy takes "{" for the start of a variable, and a backslash for an escape: ${text}`,
      "Give the folder another name, or mount it under one.",
    );
  }
  return `"${text.replaceAll('"', String.raw`\"`)}"`;
}
