import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RawConnection, type RawResponse } from "../support/raw-connection.ts";
import { FASTIFY } from "./routers/fastify.ts";
import { NEST } from "./routers/nest.ts";
import { ON_FETCH } from "./routers/on-fetch.ts";
import { ON_NODE } from "./routers/on-node.ts";
import { GUARDED, MOUNT, READ, type Router } from "./routers/router.ts";

/*
 * A guard in front of the files reads the target, and so does stet. Where the two read different paths, what one guards
 * the other serves. So for every target stet either serves the path that the framework has read, or refuses it.
 */

/** The same targets in each run. */
const SEED = 20_261_130;
const COUNT = 800;

const AUTHORITIES = `
  h h:80 h: h:0 h:x h:80:80 h:99999 H.EXAMPLE h.example. a..b -h h-h h_h 127.0.0.1 1.2.3.4.5 0x7f.1 256.256.256.256 [::1]
  [::1]:80 [::] [] [::1 ::1] [.] [a] [fe80::1%25en0] [v1.x] xn-- xn--bcher-kva h;x h%2f h%61 h%3F h%23 h' h" h* h! (h) h$ h&
  h= h,h h~ h+h h|h h^h h\`h {h} <h> h\\x h\\ h;x/.. h'/.. h%2e user@h user:pw@h @h h@h@h h;@h h:80@h
`;

const SEGMENTS = `
  admin admin admin admin ADMIN secret.txt secret.txt a.txt static . .. ... ; a;x admin;x ;x admin; a%20b %61dmin adm%69n
  %2e %2e%2e .%2e %2E. a%2fb admin%2fsecret.txt %2f a%5cb %5c a\\b \\ \\admin %2541 %2561dmin %25 %252f %00 a%00 %0a %zz % %u0041
  a%C3%A9 %C3%A9 %c3%a9 %C0%AE %ED%A0%80 %EF%BB%BF %C2%A0 %E2%80%AE a:b http: https:%2f%2fh a@b user@h @ ~ ' '' " a|b {x} [x] < >
  ^ \` * + $& ! (x) a,b = a=b %3f %3F a%3Fb %23 a%23b # ? xn-- _ - %7e %26 %40 %3b admin%3bx
`;

const MOUNTS = `
  /static /static /static /STATIC /%73tatic /static; /static;x /static/ //static /./static /x/../static /static/. /static%2f
  /static%3b /static%3bx /static\\ /static.
`;

const QUERIES = [
  "",
  "",
  "",
  "?",
  "?a=b",
  "?/admin/",
  "?a?b",
  "?http://h/",
  "?\\",
  "?;",
  "?#",
  "?@h/",
  ";x",
  ";/x",
  "#",
  "#/x",
];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** @param mount in front of the paths, in whatever spelling */
function targets(mount: "" | typeof MOUNT): readonly string[] {
  const scheme = fc.constantFrom("http", "http", "https", "HTTP", "hTTps", "ftp");
  const authority = fc.oneof(
    fc.constantFrom(...words(AUTHORITIES)),
    fc.string({
      unit: fc.constantFrom(...words("h x 1 . : ; % ' @ [ ] / \\ ~ -")),
      minLength: 1,
      maxLength: 5,
    }),
  );
  const absolute = fc.tuple(scheme, authority).map(([name, host]) => `${name}://${host}`);
  const origin = fc.oneof({ weight: 3, arbitrary: fc.constant("") }, { weight: 2, arbitrary: absolute });
  const front = fc.oneof(
    fc.constant(mount),
    mount === "" ? fc.constant("") : fc.constantFrom(...words(MOUNTS)),
  );
  const segment = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words(SEGMENTS)) }, fc.constant(""));
  const path = fc
    .array(segment, { maxLength: 4 })
    .map((segments) => segments.map((text) => `/${text}`).join(""));
  return fc.sample(
    fc.tuple(origin, front, path, fc.constantFrom(...QUERIES)).map((parts) => parts.join("") || "/"),
    { seed: SEED, numRuns: COUNT },
  );
}

/** The targets that have shown a fault, and plain ones, so that not all are refused. */
const KNOWN = (mount: string): readonly string[] => [
  `${mount}/a.txt`,
  `${mount}/deep/er/a.txt?x=1`,
  `http://h${mount}/a.txt`,
  `HTTPS://h.example:80${mount}/a.txt`,
  `http://[::1]:80${mount}/a.txt`,
  ...["h;x", "h%2f", "h%61", "h'"].map((host) => `http://${host}${mount}/admin/secret.txt`),
  `http://h;x${mount}/a.txt`,
  `http://h?${mount}/admin/secret.txt`,
  `${mount}//admin/secret.txt`,
  `${mount};x/admin/secret.txt`,
  `${mount}/admin;x/secret.txt`,
  `/;x${mount}/admin/secret.txt`,
];

interface Reading {
  readonly target: string;
  readonly status: number;
  /** What the framework has read, as it was told. */
  readonly read: string;
  /** The path that stet has served; undefined where it served none. */
  readonly served: string | undefined;
}

/** Asks for all targets, each twice: the second time what was kept of the first is answered with. */
async function readAll(port: number, targets: readonly string[]): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  let connection = await RawConnection.open(port);
  for (const target of targets.flatMap((target) => [target, target])) {
    const response = await connection.request(target).catch(() => undefined);
    if (response === undefined || response.field("connection") === "close") {
      connection.close();
      connection = await RawConnection.open(port);
    }
    if (response !== undefined) readings.push(toReading(target, response));
  }
  connection.close();
  return readings;
}

function toReading(target: string, { status, content, field }: RawResponse): Reading {
  return {
    target,
    status,
    read: decodeURIComponent(field(READ) ?? ""),
    served: status === 200 ? content.toString() : undefined,
  };
}

/** What a framework has read, as text, with the mount in the case in which it stands in the application, and no slash at its end. */
function toPath(read: string, mount: string, { decodes = false }: Router): string {
  const path = decodes ? read : read.split("/").map(decoded).join("/");
  const inItsCase = mount === "" ? path : path.replace(/^\/static(?=\/|$)/i, mount);
  return inItsCase.replace(/\/$/, "");
}

/** Whether a guard by route knows its path: it compares the path as it was sent, and knows no escape in its name. */
function isPlain(target: string): boolean {
  return !/%(?:61|69|73)/i.test(target);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return `undecodable: ${segment}`;
  }
}

/** The path at which stet has served a file, as a framework would read it: an index is at its folder. */
function whole(mount: string, served: string): string {
  return `${mount}/${served}`.replace(/\/index\.html$/, "");
}

describe.each([...ON_NODE, NEST, ...FASTIFY, ...ON_FETCH])(
  "$name",
  { tags: ["one-node"] },
  (router: Router) => {
    it.each(["", MOUNT] as const)(
      "reads every target as stet does, or stet refuses it: mounted at %j",
      async (mount) => {
        const { port, close } = await router.start(mount);
        try {
          const readings = await readAll(port, [...KNOWN(mount), ...targets(mount)]);
          const served = readings.filter((reading) => reading.served !== undefined);
          const wrong = served.filter(
            ({ read, served = "" }) => toPath(read, mount, router) !== whole(mount, served),
          );
          expect(wrong.slice(0, 10)).toEqual([]);
          const unguarded = served.filter(
            ({ target, served = "" }) => served.startsWith("admin/") && isPlain(target),
          );
          expect(unguarded.slice(0, 10)).toEqual([]);
          // The test is of something: plain targets are served, and guarded.
          expect(served.length).toBeGreaterThan(100);
          expect(served.filter(({ target }) => target === `${mount}/a.txt`)).toHaveLength(2);
          expect(readings.filter(({ status }) => status === GUARDED).length).toBeGreaterThan(5);
        } finally {
          await close();
        }
      },
    );
  },
);
