import { BARE } from "./bare.ts";
import { CONNECT } from "./connect.ts";
import { EXPRESS } from "./express.ts";
import { FASTIFY } from "./fastify.ts";
import type { Framework } from "./framework.ts";
import { H3S } from "./h3.ts";
import { HONO } from "./hono.ts";
import { KOA } from "./koa.ts";
import { NEST } from "./nest.ts";
import { POLKA } from "./polka.ts";

/** All that files are served under: each has an adapter, or is served by a handler of stet's as it is. */
export const FRAMEWORKS: readonly Framework[] = [
  ...BARE,
  ...EXPRESS,
  NEST,
  CONNECT,
  POLKA,
  FASTIFY,
  KOA,
  HONO,
  ...H3S,
];
