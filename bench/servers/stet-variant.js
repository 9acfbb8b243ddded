// stet without one of its techniques, or with one more: what each of them brings.

import { createServer } from "node:http";
import process from "node:process";
import { DIR, HOST, PORT } from "./place.js";
import { stet } from "./stet-under-test.js";

/** @type {Readonly<Record<string, () => import("node:http").RequestListener>>} */
const VARIANTS = {
  uncached: () => stet(DIR, { cache: false }).node,
  pool: () => stet(DIR, { cache: false, blocking: false }).node,
  fresh: () => stet(DIR, { cache: { freshFor: 60_000 } }).node,
  unprepared: () => {
    const { node } = stet(DIR);
    return (request, response) => {
      response.setHeader("X-Set-Before", "1");
      void node(request, response);
    };
  },
  stream: () => {
    process.env["STET_LARGE"] = "stream";
    return stet(DIR).node;
  },
};

const variant = VARIANTS[process.argv[6] ?? ""];
if (variant === undefined) throw new Error(`one of ${Object.keys(VARIANTS).join(", ")} is to be named`);
createServer(variant()).listen(PORT, HOST);
