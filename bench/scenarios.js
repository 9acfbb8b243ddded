// What every server is asked for.

import { FEW, FIRST_RANGES, HOT, HUGE, LARGE, LAST_RANGES, MANY, MISSING, RANGE, TREE } from "./files.js";

/**
 * @typedef {object} Metric
 * @property {string} id
 * @property {string} title
 * @property {number} digits after the point
 * @property {string} unit for where there is little room
 *
 * @typedef {"http" | "https" | "h2"} Protocol HTTP/1.1 plain, HTTP/1.1 over TLS, HTTP/2 over TLS
 *
 * @typedef {object} Scenario
 * @property {string} id
 * @property {string} title
 * @property {"requests" | "transfer" | "memory"} kind how it is measured
 * @property {Protocol} protocol
 * @property {"public" | "vast"} folder that is served
 * @property {readonly string[]} [servers] the only ones that it says something of
 * @property {readonly string[]} [before] what a new process is asked for before it is measured, once each
 * @property {readonly string[]} paths of several, one is drawn at random for each request
 * @property {number} status the only one that counts
 * @property {Validator} [validator] which the request sends back
 * @property {readonly Range[]} [ranges] the part of the file that is asked for and must come; of several, one is drawn
 *   at random for each request; all of the file where left out
 * @property {number} connections
 * @property {readonly [Metric, ...Metric[]]} metrics the first is the one to look at
 *
 * @typedef {{ firstPos: number, lastPos: number }} Range
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

/** Some others read the whole folder at their start. */
const IN_VAST = ["stet", "stet-uncached", "bare-stream", "nginx"];

/** The most ordinary one: what a server is warmed up with. */
export const SMALL = requests("200-10k", "200, 10 KiB", { paths: [HOT["10k"].path], status: 200 });

/** @type {Scenario} */
const SLOW = {
  ...transfer("slow-200", "1 GiB, 200 slow readers", SLOW_READERS),
  kind: "memory",
  metrics: OF_MEMORY,
};

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
    ranges: [RANGE],
  }),
  requests("404", "404", { paths: [MISSING], status: 404 }),
  transfer("large-1", "1 GiB, one client", 1),
  transfer("large-32", "1 GiB, 32 clients", CLIENTS),
  SLOW,
  { ...SMALL, id: "https-200-10k", title: "200, 10 KiB, HTTPS", protocol: "https" },
  { ...SMALL, id: "h2-200-10k", title: "200, 10 KiB, HTTP/2", protocol: "h2" },
  { ...transfer("https-large-1", "1 GiB, one client, HTTPS", 1), protocol: "https" },
  { ...transfer("h2-large-1", "1 GiB, one client, HTTP/2", 1), protocol: "h2" },
  { ...SLOW, id: "https-slow-200", title: "1 GiB, 200 slow readers, HTTPS", protocol: "https" },
  { ...SLOW, id: "h2-slow-200", title: "1 GiB, 200 slow readers, HTTP/2", protocol: "h2" },
  vast("huge-first", "206, 10 bytes at the start of 100 GiB", { paths: [HUGE.path], ranges: FIRST_RANGES }),
  vast("huge-last", "206, 10 bytes at the end of 100 GiB", { paths: [HUGE.path], ranges: LAST_RANGES }),
  vast("folder-10", "200, 1 KiB, a folder of 10 files", { paths: FEW.map(({ path }) => path) }),
  vast("folder-50000", "200, 1 KiB, 10 of a folder of 50,000 files", {
    paths: MANY.filter((_, index) => index % (MANY.length / FEW.length) === 0).map(({ path }) => path),
  }),
  vast("after-50000", "200, 10 KiB, after 50,000 other files", {
    before: MANY.map(({ path }) => path),
    paths: SMALL.paths,
  }),
];

/**
 * @param {string} id
 * @param {string} title
 * @param {Pick<Scenario, "paths" | "status" | "validator" | "ranges">} rest
 * @returns {Scenario}
 */
function requests(id, title, rest) {
  return {
    id,
    title,
    kind: "requests",
    protocol: "http",
    folder: "public",
    connections: CLIENTS,
    metrics: OF_REQUESTS,
    ...rest,
  };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {Pick<Scenario, "paths" | "ranges" | "before">} rest
 * @returns {Scenario}
 */
function vast(id, title, { before, ...rest }) {
  const scenario = requests(id, title, { ...rest, status: rest.ranges === undefined ? 200 : 206 });
  return { ...scenario, folder: "vast", servers: IN_VAST, ...(before && { before }) };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {number} connections
 * @returns {Scenario}
 */
function transfer(id, title, connections) {
  return {
    ...SMALL,
    id,
    title,
    kind: "transfer",
    paths: [LARGE.path],
    connections,
    metrics: OF_TRANSFERS,
  };
}

/**
 * What is asked for: of several, one is drawn at random for each request.
 *
 * @param {Scenario} scenario
 * @returns {readonly { path: string, range?: Range }[]}
 */
export function requestsOf({ paths, ranges }) {
  if (ranges === undefined) return paths.map((path) => ({ path }));
  return paths.flatMap((path) => ranges.map((range) => ({ path, range })));
}

/** @param {Range} range */
export function toField({ firstPos, lastPos }) {
  return `bytes=${firstPos}-${lastPos}`;
}
