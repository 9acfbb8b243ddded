// What every server is asked for.

import { GIB, HOT, LARGE, MISSING, RANGE, TREE } from "./files.js";

/**
 * @typedef {object} Metric
 * @property {string} id
 * @property {string} title
 * @property {number} digits after the point
 * @property {string} unit for where there is little room
 *
 * @typedef {object} Scenario
 * @property {string} id
 * @property {string} title
 * @property {"requests" | "transfer" | "memory"} kind how it is measured
 * @property {readonly string[]} paths of several, one is drawn at random for each request
 * @property {number} status the only one that counts
 * @property {Readonly<Record<string, string>>} [fields] of each request
 * @property {Validator} [validator] which the request sends back
 * @property {typeof RANGE} [range] the part of the file that must come; all of it where left out
 * @property {number} connections
 * @property {readonly [Metric, ...Metric[]]} metrics the first is the one to look at
 *
 * @typedef {object} Validator
 * @property {string} from the field of the answer
 * @property {string} to the field of the request
 */

/** @type {readonly [Metric, Metric]} */
const OF_REQUESTS = [
  { id: "cpuPerRequest", title: "CPU µs a request", unit: "µs", digits: 1 },
  { id: "requestsPerSecond", title: "requests/s", unit: "/s", digits: 0 },
];

/** @type {readonly [Metric, Metric]} */
const OF_TRANSFERS = [
  { id: "cpuPerGiB", title: "CPU-s a GiB", unit: "s/GiB", digits: 3 },
  { id: "mibPerSecond", title: "MiB/s", unit: "MiB/s", digits: 0 },
];

/** @type {readonly [Metric]} */
const OF_MEMORY = [{ id: "growth", title: "growth, MiB", unit: "MiB", digits: 1 }];

const CLIENTS = 32;
const SLOW_READERS = 200;

/** The most ordinary one: what a server is warmed up with. */
export const SMALL = requests("200-10k", "200, 10 KiB", { paths: [HOT["10k"].path], status: 200 });

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  requests("200-1k", "200, 1 KiB", { paths: [HOT["1k"].path], status: 200 }),
  SMALL,
  requests("200-100k", "200, 100 KiB", { paths: [HOT["100k"].path], status: 200 }),
  requests("tree", "200, 5,000 files of 1 to 16 KiB at random", {
    paths: TREE.map(({ path }) => path),
    status: 200,
  }),
  requests("304-inm", "304 by If-None-Match", {
    paths: [HOT["10k"].path],
    status: 304,
    validator: { from: "etag", to: "If-None-Match" },
  }),
  requests("304-ims", "304 by If-Modified-Since", {
    paths: [HOT["10k"].path],
    status: 304,
    validator: { from: "last-modified", to: "If-Modified-Since" },
  }),
  requests("206", "206, 10 KiB of 1 GiB", {
    paths: [LARGE.path],
    status: 206,
    fields: { Range: `bytes=${RANGE.firstPos}-${RANGE.lastPos}` },
    range: RANGE,
  }),
  requests("404", "404", { paths: [MISSING], status: 404 }),
  transfer("large-1", "1 GiB, one client", 1),
  transfer("large-32", "1 GiB, 32 clients", CLIENTS),
  {
    id: "slow-200",
    title: "1 GiB, 200 slow readers",
    kind: "memory",
    paths: [LARGE.path],
    status: 200,
    connections: SLOW_READERS,
    metrics: OF_MEMORY,
  },
];

/** How many bytes a transfer must give. */
export const TRANSFER_LENGTH = GIB;

/**
 * @param {string} id
 * @param {string} title
 * @param {Pick<Scenario, "paths" | "status" | "fields" | "validator" | "range">} rest
 * @returns {Scenario}
 */
function requests(id, title, rest) {
  return { id, title, kind: "requests", connections: CLIENTS, metrics: OF_REQUESTS, ...rest };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {number} connections
 * @returns {Scenario}
 */
function transfer(id, title, connections) {
  const paths = [LARGE.path];
  return { id, title, kind: "transfer", paths, status: 200, connections, metrics: OF_TRANSFERS };
}
