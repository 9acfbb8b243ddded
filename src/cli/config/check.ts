import { FRONTS } from "../../api/places.ts";
import type { Front, FrontName } from "../../deliveries/front.ts";
import { encodePath } from "../../target/encode-path.ts";
import { ask, type Fields, NoAnswer, type Reply } from "./ask.ts";
import { type Finding, findingsOf, obstacle, rangeOf, type Replies } from "./findings.ts";
import type { FrontSettings } from "./settings.ts";

export interface CheckSettings {
  readonly name: FrontName;
  /** A file that stet serves through the front. */
  readonly url: URL;
  readonly places: FrontSettings["places"];
  /** What the client has to say so as to get the file, such as its cookie. */
  readonly fields: Fields;
}

/**
 * Asks a running front for one file, in the ways that clients do, and finds what it does wrong. Only GET and HEAD are sent,
 * and only to the origin of that file.
 */
export async function checkFront(settings: CheckSettings): Promise<readonly Finding[]> {
  try {
    return await askAndJudge(settings);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return [{ problem: "silent", what: `There is no answer: ${error.message}.` }];
  }
}

async function askAndJudge({ name, url, places, fields }: CheckSettings): Promise<readonly Finding[]> {
  const get = (more: Fields = {}, target = url): Promise<Reply> =>
    ask(target, { method: "GET", fields: { ...fields, ...more } });
  const head = (): Promise<Reply> => ask(url, { method: "HEAD", fields });

  const [told, whole] = [await head(), await get()];
  const hindrance = obstacle(told, whole);
  if (hindrance !== undefined) return [hindrance];

  const { firstPos, lastPos } = rangeOf(whole);
  const range = { range: `bytes=${firstPos}-${lastPos}` };
  const tag = whole.fields.get("etag") ?? "*";
  return findingsOf(
    {
      head: [told, await head()],
      whole: [whole, await get()],
      conditional: await get({ "if-none-match": tag }),
      part: await get(range),
      partOfSame: await get({ ...range, "if-range": tag }),
      partOfOther: await get({ ...range, "if-range": '"another version"' }),
      coded: await get(CODINGS),
      steered: await get(steering(places)),
      past: await askPast(url, places, (target) => get({}, target)),
    },
    toFront(name, places),
  );
}

const CODINGS = { "accept-encoding": "gzip, deflate, br, zstd" };

/** As if there were a file of that name. */
function steering([first]: FrontSettings["places"]): Fields {
  const [folder, place] = (first ?? ["/", "/"]).map(encodePath);
  return {
    "x-accel-redirect": `${place}stet-config-check`,
    "x-accel-mapping": `${folder}=${place}`,
    "x-sendfile": `${folder}/stet-config-check`,
    "x-sendfile-type": "X-Accel-Redirect",
  };
}

/** Where in a path the file's place in its folder begins isn't known: these many beginnings are tried. */
const MOST_BEGINNINGS = 8;

async function askPast(
  url: URL,
  places: FrontSettings["places"],
  get: (target: URL) => Promise<Reply>,
): Promise<Replies["past"]> {
  const segments = url.pathname.split("/").slice(1);
  const ends = segments.map((_, index) => segments.slice(index).join("/")).slice(-MOST_BEGINNINGS);
  const past: [string, Reply][] = [];
  for (const [, place] of places) {
    for (const end of ends) {
      const target = new URL(`${encodePath(place)}${end}`, url);
      past.push([target.pathname, await get(target)]);
    }
  }
  return past;
}

function toFront(name: CheckSettings["name"], places: FrontSettings["places"]): Front {
  return FRONTS[name](Object.fromEntries(places.map(([, place]) => ["/", place])));
}
