// Every server that is measured: what it is called, what it needs, how it is started.

import { fileURLToPath } from "node:url";
import { caddyConfiguration } from "./servers/caddy.js";
import { lighttpdConfiguration } from "./servers/lighttpd.js";
import { nginxConfiguration } from "./servers/nginx.js";

/**
 * @typedef {object} Place where a server is to stand
 * @property {string} dir the folder it serves
 * @property {number} port
 * @property {import("./scenarios.js").Protocol} protocol
 * @property {string} credentials a folder with the `cert.pem` and `key.pem` of those that encrypt
 * @property {string} temp a folder for what it writes
 * @property {boolean} isRoot whether it runs as root
 *
 * @typedef {object} Server
 * @property {string} id
 * @property {string} title
 * @property {"node" | "packages" | "bun" | "nginx" | "lighttpd" | "caddy"} needs what must be there:
 *   Node alone, the packages of bench/, Bun, or a program
 * @property {boolean} [isVariant] stet without one of its techniques: measured only where `--only` names it
 * @property {readonly import("./scenarios.js").Protocol[]} [protocols] Default: plain HTTP/1.1 alone
 * @property {boolean} [isReference] stet, and what every ratio is to: measured for longer than the others
 * @property {(place: Place) => readonly string[]} argv what follows the runtime's or the program's own name
 * @property {(place: Place) => string} [configuration] the text of its configuration, written before it starts
 */

const COMMAND = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** @type {NonNullable<Server["protocols"]>} */
const ALL = ["http", "https", "h2"];

/** @type {readonly Server[]} */
export const SERVERS = [
  {
    id: "stet",
    title: "**stet**, bare handler",
    needs: "node",
    isReference: true,
    protocols: ALL,
    argv: script("stet.js"),
  },
  { id: "stet-serve", title: "**stet serve**", needs: "node", argv: stetServe },
  { id: "stet-express", title: "**stet** under Express", needs: "packages", argv: script("stet-express.js") },
  { id: "stet-fastify", title: "**stet** under Fastify", needs: "packages", argv: script("stet-fastify.js") },
  {
    id: "stet-zero-copy",
    title: "**stet**, `neverOverwritten`",
    needs: "node",
    argv: script("stet-zero-copy.js"),
  },
  { id: "stet-uncached", title: "**stet**, `cache: false`", isVariant: true, ...variant("uncached") },
  { id: "stet-pool", title: "**stet**, `blocking: false`", isVariant: true, ...variant("pool") },
  { id: "stet-fresh", title: "**stet**, `freshFor: 60_000`", isVariant: true, ...variant("fresh") },
  {
    id: "stet-unprepared",
    title: "**stet**, a field set before it",
    isVariant: true,
    ...variant("unprepared"),
  },
  { id: "stet-stream", title: "**stet**, `STET_LARGE=stream`", isVariant: true, ...variant("stream") },
  { id: "stet-bun", title: "**stet** `.fetch` on Bun", needs: "bun", argv: script("stet-bun.js") },
  {
    id: "bare",
    title: "bare node:http, buffers",
    needs: "node",
    isReference: true,
    protocols: ALL,
    argv: script("bare.js"),
  },
  {
    id: "bare-stream",
    title: "bare node:http, streams",
    needs: "node",
    protocols: ALL,
    argv: script("bare-stream.js"),
  },
  {
    id: "respond-with-file",
    title: "bare node:http2, respondWithFile",
    needs: "node",
    protocols: ["h2"],
    argv: script("respond-with-file.js"),
  },
  { id: "sirv", title: "sirv, production mode", needs: "packages", argv: script("sirv.js") },
  { id: "sirv-dev", title: "sirv, development mode", needs: "packages", argv: script("sirv-dev.js") },
  { id: "send", title: "send", needs: "packages", argv: script("send.js") },
  { id: "serve-static", title: "Express, serve-static", needs: "packages", argv: script("serve-static.js") },
  { id: "fastify-static", title: "@fastify/static", needs: "packages", argv: script("fastify-static.js") },
  { id: "koa-static", title: "koa-static", needs: "packages", argv: script("koa-static.js") },
  { id: "hono", title: "Hono on Node", needs: "packages", argv: script("hono.js") },
  { id: "srvx", title: "srvx", needs: "packages", argv: script("srvx.js") },
  { id: "bun-routes", title: "Bun, static routes", needs: "bun", argv: script("bun-routes.js") },
  { id: "bun-file", title: "Bun.file", needs: "bun", argv: script("bun-file.js") },
  {
    id: "nginx",
    title: "nginx",
    needs: "nginx",
    isReference: true,
    configuration: nginxConfiguration,
    argv: (place) => ["-p", place.temp, "-e", "stderr", "-c", configurationPath(place)],
  },
  {
    id: "lighttpd",
    title: "lighttpd",
    needs: "lighttpd",
    configuration: lighttpdConfiguration,
    argv: (place) => ["-D", "-f", configurationPath(place)],
  },
  {
    id: "caddy",
    title: "Caddy",
    needs: "caddy",
    configuration: caddyConfiguration,
    argv: (place) => ["run", "--adapter", "caddyfile", "--config", configurationPath(place)],
  },
];

/**
 * Where the configuration of the server that is to stand at this place lies.
 *
 * @param {Place} place
 */
export function configurationPath({ temp, port }) {
  return `${temp}/${port}.conf`;
}

/**
 * @param {string} name a file of servers/
 * @returns {Server["argv"]}
 */
function script(name) {
  const path = fileURLToPath(new URL(`servers/${name}`, import.meta.url));
  return ({ dir, port, protocol, credentials }) => [path, dir, String(port), protocol, credentials];
}

/**
 * @param {string} name one that servers/stet-variant.js knows
 * @returns {Pick<Server, "needs" | "argv">}
 */
function variant(name) {
  const argv = script("stet-variant.js");
  return { needs: "node", argv: (place) => [...argv(place), name] };
}

/** @type {Server["argv"]} */
function stetServe({ dir, port }) {
  return [COMMAND, "serve", dir, "--port", String(port), "--quiet"];
}
