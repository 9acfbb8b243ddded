import { createHash } from "node:crypto";
import { readFileSync, symlinkSync } from "node:fs";
import type { RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FRONTS } from "../../src/api/places.ts";
import type { FrontSettings } from "../../src/cli/config/settings.ts";
import { elsewhere, type Front, type FrontName } from "../../src/deliveries.ts";
import type { Mapping } from "../../src/deliveries/fronts/mapping.ts";
import { deny, type Source, stet, type StetOptions } from "../../src/index.ts";
import {
  OTHERWISE,
  PORTABLE_ROWS,
  rowComplaints,
  ROWS_OPTIONS,
  tagsOfRewritten,
  writeRowFiles,
} from "../conformance/rows-over-socket.ts";
import { startChildServer } from "../support/child-server.ts";
import { requireClients } from "../support/clients.ts";
import { Folder, LONG_AGO } from "../support/folder.ts";
import type { RunningFront } from "../support/front-process.ts";
import { listen, type Listening } from "../support/listen.ts";
import { bytesWritten, residentBytes } from "../support/process-reading.ts";
import { RawConnection, type RawRequest, type RawResponse, request } from "../support/raw-connection.ts";

/** A real server, with what `stet config` prints for it. */
export interface FrontUnderTest {
  readonly name: FrontName;
  /** What it is started with; without them the suite is skipped aloud. */
  readonly commands: readonly string[];
  /** Starts it on a free port of the loopback, which `listen` names. */
  readonly start: (settings: Omit<FrontSettings, "listen">) => Promise<RunningFront>;
  /** What stands for a folder there, as in `STET_DELIVERY`. */
  readonly placeOf: (folder: string) => string;
  /** The name of a folder, with whatever means something in its configuration and can be told there. */
  readonly oddFolder: string;
  /** Targets by which a client might try to reach a file past stet. */
  readonly directHits: (folder: string, name: string) => readonly string[];
  /** Rows that can't be met, by id, and why. The page of this front tells the same. */
  readonly impossible: Readonly<Record<string, string>>;
  /** Rows to which another conforming answer comes than from stet alone. Default: none. */
  readonly otherwise?: ReadonlySet<string>;
  /** Whether it follows symbolic links, and can't be told not to. Default: it doesn't. */
  readonly followsLinks?: boolean;
  /** Names that this front can't send: stet does. Default: none. */
  readonly cannotSend?: RegExp;
}

const CONTENT = Buffer.from("0123456789abcdef".repeat(20_000));
const GIBIBYTE = 2 ** 30;

/** Names with whatever means something in a URL, in a configuration, in a shell or in a field. */
const NAMES = [
  "two words.txt",
  "100%.txt",
  "%41.txt",
  "%2e%2e%2f.txt",
  "what?.txt",
  "what?a=b.txt",
  "a#b.txt",
  "1+1.txt",
  "a&b;c=d,e@f:g.txt",
  `quoted 'single' "double".txt`,
  "$uri ${args} {braces}.txt",
  "<b>[square](round)!*~.txt",
  "`grave`|pipe^.txt",
  "naïve – 日本語 🎈.txt",
  "ZÜRICH.TXT",
  ".dot.txt",
  "..two-dots.txt",
  "script.php",
  " space at both ends ",
  "-",
  "n".repeat(251) + ".txt",
];

/**
 * What every server in front does for stet, asked of the real one: it sends what stet has judged, as stet would.
 */
export function describeFront(front: FrontUnderTest): void {
  describe(`${front.name} in front of stet`, () => {
    const suite = new FrontSuite(front);
    beforeEach(requireClients(...front.commands));
    beforeAll(() => suite.start());
    afterAll(() => suite.stop());
    afterEach(() => suite.reset());

    describe("the portable rows hold", () => {
      rows(suite);
    });
    describe("it sends any file", () => {
      anyFile(suite);
    });
    describe("a range comes", () => {
      ranges(suite);
    });
    describe("a copy that stands is kept", () => {
      copies(suite);
    });
    describe("what the application has set arrives", () => {
      fields(suite);
    });
    describe("nobody else says what is sent", () => {
      access(suite);
    });
    it("a GiB leaves from the front, and stet's memory stays flat", () => large(suite));
  });
}

/** The front, the application behind it, and what that has handed over. */
class FrontSuite {
  readonly front: FrontUnderTest;
  /** Paths, in the order in which they were handed over. */
  readonly handed: string[] = [];
  application: RequestListener = (_, response) => void response.writeHead(503).end();
  #folder: Folder | undefined;
  #upstream: Listening | undefined;
  #running: RunningFront | undefined;
  /** Why it didn't start. Where it isn't installed, the tests are skipped before they ask. */
  #failure: unknown;

  constructor(front: FrontUnderTest) {
    this.front = front;
  }

  get folder(): Folder {
    if (this.#folder === undefined) throw this.#failure;
    return this.#folder;
  }

  get port(): number {
    if (this.#running === undefined) throw this.#failure;
    return this.#running.port;
  }

  get upstreamPort(): number {
    return this.#upstream?.port ?? 0;
  }

  async start(): Promise<void> {
    this.#folder = await Folder.make();
    await this.folder.writeOld("file.bin", CONTENT);
    this.#upstream = await listen((incoming, response) => this.application(incoming, response));
    this.#running = await this.startFront(this.upstreamPort).catch((error: unknown) => {
      this.#failure = error;
      return undefined;
    });
  }

  /** Starts one more, of the same folder or of these. */
  startFront(
    upstreamPort: number,
    places: FrontSettings["places"] = [[this.folder.path, this.front.placeOf(this.folder.path)]],
    serverName?: string,
  ): Promise<RunningFront> {
    return this.front.start({
      places,
      upstream: new URL(`http://127.0.0.1:${upstreamPort}`),
      serverName,
    });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    await this.#upstream?.close();
    await this.#folder?.remove();
  }

  reset(): void {
    this.handed.length = 0;
  }

  /** What is handed over of a request for a part of a file. */
  partOf(path: string): readonly string[] {
    return this.delivery().splices === true ? [] : [path];
  }

  /** The delivery to this front. @param below a folder in the folder, with a slash at its end */
  delivery(below = ""): Front {
    const place = `${this.front.placeOf(this.folder.path).replace(/\/$/, "")}/${below}`;
    return this.noting({ "/": place });
  }

  /** A delivery to this front, which notes what is handed over. */
  noting(mapping: Mapping): Front {
    const front = FRONTS[this.front.name](mapping);
    const { handed } = this;
    return {
      ...front,
      async handOver(file) {
        const order = await front.handOver(file);
        if (order !== undefined) handed.push(file.path);
        return order;
      },
    };
  }

  /** Serves the folder, or another source, behind the front. */
  serve(options: StetOptions = {}, root: string | Source = this.folder.path, below = ""): void {
    const delivery = this.delivery(below);
    this.application = stet(root, { delivery, onError: () => undefined, ...options }).node;
  }

  get(target: string, given?: RawRequest): Promise<RawResponse> {
    return request(this.port, target, given);
  }

  /** The same, past the front. */
  getDirectly(target: string, given?: RawRequest): Promise<RawResponse> {
    return request(this.upstreamPort, target, given);
  }
}

function rows(suite: FrontSuite): void {
  const { impossible, otherwise, name } = suite.front;
  let folder: Folder;

  beforeAll(() => {
    folder = suite.folder.below("rows");
    writeRowFiles(folder.path);
  });

  for (const row of PORTABLE_ROWS) {
    const reason = impossible[row.id];
    it(`${row.id} ${row.level}: ${row.title}${reason === undefined ? "" : " – it can't"}`, async () => {
      suite.serve(ROWS_OPTIONS, folder.path, "rows/");
      const server = { root: folder.path, port: suite.port };
      const isOtherwise = OTHERWISE.has(row.id) || otherwise?.has(row.id) === true;
      const told = await rowComplaints(row, server, !isOtherwise);
      if (reason === undefined) expect(told).toEqual([]);
      // Where it can, its place in the list is wrong.
      else expect(told).not.toEqual([]);
    });
  }

  it("J17: a file that was rewritten within the second", async () => {
    suite.serve(ROWS_OPTIONS, folder.path, "rows/");
    const [before, after] = await tagsOfRewritten({ root: folder.path, port: suite.port });
    expect(after !== before || after?.startsWith("W/")).toBe(true);
  });

  it("and the page tells which don't", () => {
    const page = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");
    for (const id of Object.keys(impossible)) expect(page).toContain(`\`${id}\``);
  });
}

function anyFile(suite: FrontSuite): void {
  it.each(NAMES)("%s", async (name) => {
    const content = `the content of ${name}`;
    await suite.folder.writeOld(`names/${name}`, content);
    suite.serve({ dotfiles: "serve", portableNames: false });
    const { status, content: received } = await suite.get(`/names/${encodeURIComponent(name)}`);
    expect([status, received.toString()]).toEqual([200, content]);
    const isSent = suite.front.cannotSend?.test(name) !== true;
    expect(suite.handed).toEqual(isSent ? [`names/${name}`] : []);
  });

  it("at the end of a long path", async () => {
    const path = ["日本語", "ελληνικά", "русский"].map((part) => part.repeat(15)).join("/");
    await suite.folder.writeOld(`${path}/a.txt`, "deep");
    suite.serve();
    const { status, text } = await suite.get(`/${encodeURI(path)}/a.txt`);
    expect([status, text]).toEqual([200, "deep"]);
    expect(suite.handed).toEqual([`${path}/a.txt`]);
  });

  it("of several folders, whatever they are called, for one host", async () => {
    const odd = suite.folder.below(suite.front.oddFolder);
    const deep = odd.below("deep");
    await odd.writeOld("a.txt", "of the odd one");
    await deep.writeOld("a.txt", "of the deep one");
    // Some are told a folder, others a prefix that is longer for the one within the other.
    const byPath = suite.front.placeOf(odd.path) === odd.path;
    const [place, within] = byPath ? [odd.path, deep.path] : ["/_odd/", "/_odd/_deep/"];
    const running = await suite.startFront(
      suite.upstreamPort,
      [
        [odd.path, place],
        [deep.path, within],
      ],
      "localhost",
    );
    try {
      suite.application = stet(odd.path, { delivery: suite.noting({ "/": place, "/deep": within }) }).node;
      for (const [path, content] of [
        ["a.txt", "of the odd one"],
        ["deep/a.txt", "of the deep one"],
      ]) {
        const { status, text } = await request(running.port, `/${path}`);
        expect([status, text], path).toEqual([200, content]);
      }
      expect(suite.handed).toEqual(["a.txt", "deep/a.txt"]);
    } finally {
      await running.stop();
    }
  });

  it("that is empty", async () => {
    await suite.folder.writeOld("empty.txt", "");
    suite.serve();
    const { status, head, text } = await suite.get("/empty.txt");
    expect([status, head.field("content-length"), text]).toEqual([200, "0", ""]);
    expect(suite.handed).toEqual(["empty.txt"]);
  });

  it.each([-86_400, -1, 0, 1, 2])("of second %d of 1970, with one tag", async (seconds) => {
    await suite.folder.write("early.txt", "early", new Date(seconds * 1000));
    suite.serve();
    const { status, field, text } = await suite.get("/early.txt");
    expect([status, text]).toEqual([200, "early"]);
    const head = await suite.get("/early.txt", { method: "HEAD" });
    expect(field("etag")).toBe(head.field("etag"));
    expect(field("last-modified")).toBe(head.field("last-modified"));
  });

  it("with the fields that HEAD tells", async () => {
    suite.serve({ headers: { "X-Robots-Tag": "none" } });
    const [got, head] = [await suite.get("/file.bin"), await suite.get("/file.bin", { method: "HEAD" })];
    expect(head.status).toBe(200);
    expect(linesOf(got)).toEqual(linesOf(head));
    expect(suite.handed).toEqual(["file.bin"]);
  });

  it("as it is now, not as it was", async () => {
    await suite.folder.writeOld("replaced.txt", "the first");
    suite.serve();
    const first = await suite.get("/replaced.txt");
    expect(first.text).toBe("the first");
    await suite.folder.replace("replaced.txt", "the second one", new Date("2024-04-01T00:00:00Z"));
    const tag = first.field("etag") ?? "";
    const second = await suite.get("/replaced.txt", { fields: { "If-None-Match": tag } });
    expect([second.status, second.text]).toEqual([200, "the second one"]);
    expect(second.field("etag")).not.toBe(tag);
    const resumed = await suite.get("/replaced.txt", { fields: { Range: "bytes=4-", "If-Range": tag } });
    expect([resumed.status, resumed.text]).toEqual([200, "the second one"]);
    expect(suite.handed).toEqual(["replaced.txt", "replaced.txt"]);
  });

  it("but stet sends one that was changed just now", async () => {
    const soon = new Date(Date.now() + 3_600_000);
    await suite.folder.write("young.txt", "young", soon);
    suite.serve();
    const { status, text, field } = await suite.get("/young.txt");
    expect([status, text]).toEqual([200, "young"]);
    expect(field("etag")).toMatch(/^W\//);
    expect(suite.handed).toEqual([]);
  });

  it("but stet sends a coded one, and what a link leads to", async () => {
    await suite.folder.writeOld("coded.js", "the identity");
    await suite.folder.writeOld("coded.js.br", "the coded one");
    symlinkSync("file.bin", suite.folder.to("link.bin"));
    suite.serve();
    const coded = await suite.get("/coded.js", { fields: { "Accept-Encoding": "br" } });
    expect([coded.status, coded.field("content-encoding"), coded.text]).toEqual([200, "br", "the coded one"]);
    expect((await suite.get("/link.bin")).content.equals(CONTENT)).toBe(true);
    expect(suite.handed).toEqual([]);
    const plain = await suite.get("/coded.js");
    expect([plain.field("vary"), plain.text]).toEqual(["Accept-Encoding", "the identity"]);
    expect(suite.handed).toEqual(["coded.js"]);
  });

  it("that stet doesn't have", async () => {
    suite.serve(
      {},
      elsewhere((path) =>
        path === "file.bin" ? { length: CONTENT.length, lastModified: LONG_AGO } : undefined,
      ),
    );
    const { status, content, field } = await suite.get("/file.bin");
    expect(status).toBe(200);
    expect(content.equals(CONTENT)).toBe(true);
    // Some tell a tag of their own; the others tell what they are told, and that was none.
    const tag = field("etag");
    const date = { "If-Modified-Since": field("last-modified") ?? "" };
    const fields = tag === undefined ? date : { "If-None-Match": tag };
    expect((await suite.get("/file.bin", { fields })).status).toBe(304);
    expect((await suite.get("/other.bin")).status).toBe(404);
    // By a tag of its own the front judges, too.
    expect(new Set(suite.handed)).toEqual(new Set(["file.bin"]));
  });

  it("but a file that has gone in between is a 404, which nobody keeps", async () => {
    suite.serve(
      { cacheControl: "public, max-age=31536000, immutable" },
      elsewhere(() => ({ length: 5, lastModified: LONG_AGO })),
    );
    const { status, field } = await suite.get("/gone.txt");
    expect(status).toBe(404);
    const control = field("cache-control") ?? "no-store";
    expect(control.includes("no-store") || !control.includes("max-age"), control).toBe(true);
    expect(suite.handed).toEqual(["gone.txt"]);
  });
}

/** What an answer tells, but for what each tells by itself. */
function linesOf({ head }: RawResponse): readonly string[] {
  const lines = head.lines.filter(([name]) => !["date", "connection", "keep-alive"].includes(name));
  return lines.map(([name, value]) => `${name}: ${value}`).toSorted();
}

const LENGTH = CONTENT.length;

function ranges(suite: FrontSuite): void {
  const tagOf = async (): Promise<string> =>
    (await suite.get("/file.bin", { method: "HEAD" })).field("etag") ?? "";

  it.each([
    ["bytes=0-9", 0, 9],
    ["bytes=100000-199999", 100_000, 199_999],
    ["bytes=-100", LENGTH - 100, LENGTH - 1],
    [`bytes=${LENGTH - 5}-`, LENGTH - 5, LENGTH - 1],
    [`bytes=10-${LENGTH * 9}`, 10, LENGTH - 1],
    ["bytes=0-", 0, LENGTH - 1],
  ])("of %s", async (range, first, last) => {
    suite.serve();
    const { status, field, content } = await suite.get("/file.bin", { fields: { Range: range } });
    expect([status, field("content-range")]).toEqual([206, `bytes ${first}-${last}/${LENGTH}`]);
    expect(field("content-length")).toBe(String(last - first + 1));
    expect(field("etag")).toBe(await tagOf());
    expect(content.equals(CONTENT.subarray(first, last + 1))).toBe(true);
    expect(suite.handed).toEqual(suite.partOf("file.bin"));
  });

  it("or a 416 that tells the length", async () => {
    suite.serve();
    const { status, field } = await suite.get("/file.bin", { fields: { Range: `bytes=${LENGTH}-` } });
    expect([status, field("content-range")]).toEqual([416, `bytes */${LENGTH}`]);
  });

  it("or several", async () => {
    suite.serve();
    const { status, text } = await suite.get("/file.bin", { fields: { Range: "bytes=0-3,100000-100003" } });
    expect(status).toBe(206);
    expect(text).toMatch(/\r\n\r\n0123\r\n[^]*\r\n\r\n0123\r\n/);
  });

  it("of the version that If-Range names, or all", async () => {
    suite.serve();
    const tag = await tagOf();
    const date = LONG_AGO.toUTCString();
    const ask = async (value: string): Promise<number> => {
      const fields = { Range: "bytes=10-19", "If-Range": value };
      const { status, content } = await suite.get("/file.bin", { fields });
      expect(content.length, value).toBe(status === 206 ? 10 : LENGTH);
      return status;
    };
    expect([await ask(tag), await ask(date)]).toEqual([206, 206]);
    for (const other of ['"other"', `W/${tag}`, tag.slice(1, -1), "Sat, 09 Mar 2024 10:00:00 GMT", "x"]) {
      expect(await ask(other), other).toBe(200);
    }
    // The date of a file whose second isn't over says nothing; nor does one of a later time.
    expect(await ask("Mon, 11 Mar 2024 10:00:00 GMT")).toBe(200);
    expect(suite.handed).toEqual([...suite.partOf("file.bin"), ...suite.partOf("file.bin")]);
  });
}

function copies(suite: FrontSuite): void {
  it("by its tag, and by its date", async () => {
    suite.serve({ headers: { "X-Robots-Tag": "none" } });
    const { field } = await suite.get("/file.bin");
    const tag = field("etag") ?? "";
    for (const fields of [
      { "If-None-Match": tag },
      { "If-None-Match": `"other", ${tag}` },
      { "If-None-Match": `W/${tag}` },
      { "If-None-Match": "*" },
      { "If-Modified-Since": LONG_AGO.toUTCString() },
      { "If-Modified-Since": new Date(LONG_AGO.getTime() + 5000).toUTCString() },
      { "If-None-Match": tag, "If-Modified-Since": "Sat, 09 Mar 2024 10:00:00 GMT" },
    ]) {
      const answer = await suite.get("/file.bin", { fields });
      expect([answer.status, answer.text, answer.field("etag")], JSON.stringify(fields)).toEqual([
        304,
        "",
        tag,
      ]);
      expect(answer.field("x-robots-tag")).toBe("none");
    }
    expect(suite.handed).toEqual(["file.bin"]);
  });

  it("and only then", async () => {
    suite.serve();
    for (const fields of [
      { "If-None-Match": '"other"' },
      { "If-None-Match": '"other"', "If-Modified-Since": LONG_AGO.toUTCString() },
      { "If-Modified-Since": "Sat, 09 Mar 2024 10:00:00 GMT" },
      { "If-Modified-Since": "not a date" },
    ]) {
      const { status, content } = await suite.get("/file.bin", { fields });
      expect([status, content.length], JSON.stringify(fields)).toEqual([200, LENGTH]);
    }
  });

  it("whoever told of it, the front or stet", async () => {
    suite.serve();
    const byFront = await suite.get("/file.bin");
    expect(suite.handed).toEqual(["file.bin"]);
    // Nobody but stet judges If-Match, so it sends this one itself.
    const byStet = await suite.get("/file.bin", { fields: { "If-Match": "*" } });
    expect(suite.handed).toEqual(["file.bin"]);
    expect(byStet.content.equals(byFront.content)).toBe(true);
    for (const name of ["etag", "last-modified"]) expect(byStet.field(name)).toBe(byFront.field(name));
    const tag = byFront.field("etag") ?? "";
    expect((await suite.getDirectly("/file.bin", { fields: { "If-None-Match": tag } })).status).toBe(304);
    const resumed = await suite.get("/file.bin", { fields: { Range: "bytes=1-3", "If-Range": tag } });
    expect([resumed.status, resumed.text]).toEqual([206, "123"]);
    expect(suite.handed).toEqual(["file.bin", ...suite.partOf("file.bin")]);
  });
}

function fields(suite: FrontSuite): void {
  const SET = {
    "content-security-policy": "default-src 'none'; sandbox",
    "access-control-allow-origin": "https://a.example",
    "access-control-expose-headers": "ETag",
    "cross-origin-resource-policy": "same-site",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "content-language": "de",
    link: "</a.css>; rel=preload",
  };

  it.each([
    ["with the whole", {}, 200],
    ["with a part", { Range: "bytes=0-0" }, 206],
  ])("%s", async (_, fields, status) => {
    const { node } = stet(suite.folder.path, {
      delivery: suite.delivery(),
      headers: { ...SET, vary: "Origin" },
      cacheControl: "private, max-age=5",
    });
    suite.application = (incoming, response) => {
      response.setHeader("Set-Cookie", ["a=1; Path=/", "b=2; HttpOnly"]);
      void node(incoming, response);
    };
    const answer = await suite.get("/file.bin", { fields });
    expect(answer.status).toBe(status);
    expect(suite.handed).toEqual(status === 206 ? suite.partOf("file.bin") : ["file.bin"]);
    for (const [name, value] of Object.entries(SET)) expect(answer.field(name), name).toBe(value);
    expect(answer.field("vary")).toBe("Origin");
    expect(answer.field("cache-control")).toBe("private, max-age=5");
    expect(answer.field("x-content-type-options")).toBe("nosniff");
    // A 206 tells by itself that there are ranges.
    if (status === 200) expect(answer.field("accept-ranges")).toBe("bytes");
    const cookies = answer.head.lines.filter(([name]) => name === "set-cookie").map(([, value]) => value);
    expect(cookies).toEqual(["a=1; Path=/", "b=2; HttpOnly"]);
  });

  it("with the name under which it is saved, and its type", async () => {
    const { send } = stet(suite.folder.path, { delivery: suite.delivery() });
    suite.application = (incoming, response) =>
      void send(incoming, response, "file.bin", { as: `Größe "日本".pdf`, type: "application/pdf" });
    const { status, field, content } = await suite.get("/anything");
    expect([status, content.length]).toEqual([200, LENGTH]);
    expect(field("content-type")).toBe("application/pdf");
    const direct = await suite.getDirectly("/anything", { method: "HEAD" });
    expect(field("content-disposition")).toBe(direct.field("content-disposition"));
    expect(field("content-disposition")).toContain("filename*=UTF-8''Gr%C3%B6%C3%9Fe");
    expect(suite.handed).toEqual(["file.bin"]);
  });

  it("with the time for which a fingerprinted name is kept", async () => {
    await suite.folder.writeOld("app-3f9a1c2b.js", "code");
    suite.serve({ immutable: true });
    const { field } = await suite.get("/app-3f9a1c2b.js");
    expect(field("cache-control")).toBe("max-age=31536000, immutable");
    expect(suite.handed).toEqual(["app-3f9a1c2b.js"]);
  });
}

function access(suite: FrontSuite): void {
  const HANDING = /^x-(?:accel|sendfile|lighttpd)/;

  it("not a field of a request", async () => {
    await suite.folder.writeOld("other.txt", "another file");
    const place = suite.front.placeOf(suite.folder.path);
    const [direct = ""] = suite.front.directHits(suite.folder.path, "other.txt");
    suite.serve();
    const steering = {
      "X-Accel-Redirect": direct,
      "X-Accel-Mapping": `${suite.folder.path}=${place}`,
      "X-Sendfile": suite.folder.to("other.txt"),
      "X-Sendfile-Type": "X-Accel-Redirect",
      "X-Sendfile-Mapping": `${suite.folder.path}=${place}`,
      "X-LIGHTTPD-send-file": suite.folder.to("other.txt"),
      "X-Original-URL": direct,
      "X-Rewrite-URL": direct,
    };
    const { status, content, head } = await suite.get("/file.bin", { fields: steering });
    expect(status).toBe(200);
    expect(content.equals(CONTENT)).toBe(true);
    expect(head.lines.filter(([name]) => HANDING.test(name))).toEqual([]);
    expect(suite.handed).toEqual(["file.bin"]);
  });

  it("and no such field reaches the application", async () => {
    let names: readonly string[] = [];
    suite.application = (incoming, response) => {
      names = Object.keys(incoming.headers);
      response.end();
    };
    const fields = {
      "X-Accel-Redirect": "/",
      "X-Accel-Mapping": "/=/",
      "X-Sendfile": "/",
      "X-Sendfile-Type": "x",
    };
    await suite.get("/", { fields });
    expect(names).toContain("host");
    expect(names.filter((name) => HANDING.test(name))).toEqual([]);
  });

  it("not one who has found out where the files are", async () => {
    await suite.folder.writeOld("secret.txt", "the secret");
    suite.serve({ guard: () => deny(403) });
    for (const target of [
      "/secret.txt",
      ...suite.front.directHits(suite.folder.path, "secret.txt"),
      `${suite.folder.path}/secret.txt`,
    ]) {
      const { status, text } = await suite.get(target);
      expect([400, 403, 404], target).toContain(status);
      expect(text).not.toContain("the secret");
    }
    expect(suite.handed).toEqual([]);
  });

  it("and whom the guard refuses learns nothing", async () => {
    suite.serve({ guard: () => deny(404) });
    const [there, missing] = [await suite.get("/file.bin"), await suite.get("/missing.bin")];
    expect(there.status).toBe(404);
    expect(linesOf(there)).toEqual(linesOf(missing));
    expect(there.text).toBe(missing.text);
  });

  const follows = suite.front.followsLinks === true;
  it(`and a link that takes a file's place in between is ${follows ? "" : "not "}followed`, async () => {
    await suite.folder.writeOld("a/file.txt", "inside");
    symlinkSync("a/file.txt", suite.folder.to("link.txt"));
    symlinkSync("a", suite.folder.to("b"));
    // As if stet had looked before.
    suite.serve(
      {},
      elsewhere(() => ({ length: 6, lastModified: LONG_AGO })),
    );
    expect((await suite.get("/a/file.txt")).text).toBe("inside");
    for (const target of ["/link.txt", "/b/file.txt"]) {
      const { status, text } = await suite.get(target);
      if (!follows) expect([403, 404], target).toContain(status);
      expect(text === "inside", target).toBe(follows);
    }
  });

  it("and no answer tells where the file is", async () => {
    suite.serve();
    for (const target of ["/file.bin", "/missing.bin", "/../file.bin"]) {
      for (const fields of [{}, { Range: "bytes=0-0" }, { "If-None-Match": "*" }]) {
        const { head, text } = await suite.get(target, { fields });
        expect(head.lines.filter(([name]) => HANDING.test(name))).toEqual([]);
        expect(JSON.stringify(head.lines) + text.slice(0, 4096)).not.toContain(suite.folder.path);
      }
    }
  });
}

async function large(suite: FrontSuite): Promise<void> {
  await suite.folder.writeSparse("large.bin", GIBIBYTE, { 0: "first", [GIBIBYTE - 4]: "last" });
  const { path } = suite.folder;
  // It takes seconds, in which connections between the servers would come of age.
  const expected = digestOfLarge();
  const child = await startChildServer(path, {
    environment: { STET_DELIVERY: `${suite.front.name} ${path}=${suite.front.placeOf(path)}` },
  });
  const running = await suite.startFront(child.port);
  try {
    // What the first request brings into memory is none of this one's.
    await request(running.port, "/file.bin");
    const before = { memory: residentBytes(child.pid), written: bytesWritten(child.pid) };
    const { length, digest } = await digestOf(running.port, "/large.bin");
    expect([length, digest]).toEqual([GIBIBYTE, expected]);
    expect(bytesWritten(child.pid) - before.written).toBeLessThan(64 * 1024);
    expect(residentBytes(child.pid) - before.memory).toBeLessThan(32 * 2 ** 20);
    const { status, text } = await request(running.port, "/large.bin", { fields: { Range: "bytes=-4" } });
    expect([status, text]).toEqual([206, "last"]);
  } finally {
    await running.stop();
    await child.close();
  }
}

/** The content, read piece by piece. */
async function digestOf(port: number, target: string): Promise<{ length: number; digest: string }> {
  const connection = await RawConnection.open(port);
  connection.send(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const total = Number((await connection.head()).field("content-length"));
  const hash = createHash("sha256");
  let length = 0;
  while (length < total) {
    const piece = await connection.read(Math.min(2 ** 20, total - length));
    if (piece.length === 0) break;
    hash.update(piece);
    length += piece.length;
  }
  connection.close();
  return { length, digest: hash.digest("hex") };
}

function digestOfLarge(): string {
  const hash = createHash("sha256");
  const mebibyte = Buffer.alloc(2 ** 20);
  for (let index = 0; index < 1024; index++) {
    const piece = index === 0 || index === 1023 ? Buffer.from(mebibyte) : mebibyte;
    if (index === 0) piece.write("first");
    if (index === 1023) piece.write("last", piece.length - 4);
    hash.update(piece);
  }
  return hash.digest("hex");
}
