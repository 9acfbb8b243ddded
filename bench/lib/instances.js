// The servers that stand: started when they are first needed, on a port of their own.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { HOT } from "../files.js";
import { configurationPath } from "../servers.js";
import { ask, freePort } from "./ask.js";
import { hasEnded, startServer, stop } from "./processes.js";

/**
 * @typedef {import("../servers.js").Server} Server
 * @typedef {import("./programs.js").Program} Program
 * @typedef {import("../scenarios.js").Protocol} Protocol
 *
 * @typedef {object} Instance
 * @property {number} pid
 * @property {number} port
 * @property {Protocol} protocol
 * @property {import("node:child_process").ChildProcess} child
 *
 * @typedef {object} Setting
 * @property {string} dir the folder of those that are served
 * @property {string} credentials the folder with the certificate and its key
 * @property {string} temp
 * @property {import("./provide.js").Tools} tools
 * @property {ReadonlyMap<Server["needs"], Program>} runtimes
 */

/** Milliseconds. */
const START_TIME = 20_000;
const LOOK = 50;

/**
 * @param {Setting} setting
 * @param {Server} server
 * @param {Pick<import("../scenarios.js").Scenario, "folder" | "protocol">} scenario
 * @returns {Promise<Instance>} when it answers
 * @throws Error where it doesn't
 */
export async function startInstance(
  { dir, credentials, temp, tools, runtimes },
  server,
  { folder, protocol },
) {
  const runtime = runtimes.get(server.needs);
  if (runtime === undefined) throw new Error("not here");

  const place = {
    dir: join(dir, folder),
    protocol,
    credentials,
    temp: join(temp, server.id),
    port: await freePort(),
    isRoot: process.getuid?.() === 0,
  };
  mkdirSync(place.temp, { recursive: true });
  if (server.configuration !== undefined)
    writeFileSync(configurationPath(place), server.configuration(place));
  // A home of its own: what a server keeps there goes with the run.
  const program = { ...runtime, env: { ...runtime.env, HOME: place.temp } };
  const { child, pid, complaint } = startServer(tools.taskset, program, server.argv(place));

  const deadline = performance.now() + START_TIME;
  while (!(await answers(place))) {
    if (hasEnded(child)) throw new Error(`it ended: ${complaint().split("\n").at(-1)}`);
    if (performance.now() > deadline) {
      await stop(child);
      throw new Error("it didn't start");
    }
    await sleep(LOOK);
  }
  return { pid, port: place.port, protocol, child };
}

/** @param {import("./ask.js").Address} address */
function answers(address) {
  return ask(address, HOT["1k"].path).then(
    () => true,
    () => false,
  );
}
