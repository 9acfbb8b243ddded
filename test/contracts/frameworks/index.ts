import { stet } from "../../../src/index.ts";
import { listen } from "../../support/listen.ts";
import { EXCEPT, serveFetch } from "../../support/serve-fetch.ts";
import { CONNECT } from "./connect.ts";
import { EXPRESS } from "./express.ts";
import { FASTIFY } from "./fastify.ts";
import type { Framework } from "./framework.ts";
import { H3S } from "./h3.ts";
import { HONO } from "./hono.ts";
import { KOA } from "./koa.ts";
import { NEST } from "./nest.ts";
import { POLKA } from "./polka.ts";

/** Every framework that has an adapter, or is served by a handler of stet's as it is. */
export const FRAMEWORKS: readonly Framework[] = [
  ...EXPRESS,
  NEST,
  CONNECT,
  POLKA,
  FASTIFY,
  KOA,
  HONO,
  ...H3S,
];

/** Nobody stands behind the files here: what isn't there, and what fails, they answer by themselves. */
export const BARE: readonly Framework[] = [
  { name: "node:http", start: ({ root, options }) => listen(stet(root, options).node) },
  {
    name: "a server of the Fetch standard",
    except: EXCEPT,
    start: ({ root, options }) => serveFetch(stet(root, options).fetch),
  },
];
