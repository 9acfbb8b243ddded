import { type WireAnswer, type WireAnswers, valuesOf } from "./read-answers.ts";

/**
 * What a server must do with a message of HTTP/1.1, whatever it serves: the cases that the rows don't have, since they are not
 * about one file.
 */
export interface MessageCase {
  readonly id: string;
  readonly title: string;
  /** Where RFC 9110 or RFC 9112 says so. */
  readonly see: string;
  /** The bytes of the requests; characters up to U+00FF stand for bytes. */
  readonly bytes: string;
  /** Their methods, in order. */
  readonly methods: readonly string[];
  /** What is wrong with the answers. */
  readonly judge: (came: WireAnswers) => readonly string[];
}

const HOST = "Host: localhost\r\n";
const LAST = "Connection: close\r\n";

function message(line: string, fields = HOST, content = ""): string {
  return `${line}\r\n${fields}\r\n${content}`;
}

/** A request behind another one: its answer shows where the server took the first to end. */
const NEXT = message("GET /one.txt HTTP/1.1", HOST + LAST);

type Judge = MessageCase["judge"];

function all(...judges: readonly Judge[]): Judge {
  return (came) => judges.flatMap((judge) => judge(came));
}

const statuses =
  (...expected: readonly (readonly number[])[]): Judge =>
  ({ answers }) => {
    const got = answers.map(({ status }) => status);
    const isSo =
      got.length === expected.length && got.every((status, index) => expected[index]?.includes(status));
    return isSo ? [] : [`statuses ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`];
  };

const closes: Judge = ({ closed }) => (closed ? [] : ["the connection stays open"]);

/** A message whose end isn't sure: nothing behind it may be taken for a request. */
const refused = (...among: readonly number[]): Judge => all(statuses(among), closes);

const NO_SUCCESS: ReadonlySet<number> = new Set([
  400, 403, 404, 405, 411, 413, 414, 417, 421, 426, 431, 501, 505,
]);

/** The content of the request was no request: either it is passed over, or the connection ends after the answer. */
const passedOver: Judge = (came) => {
  const [first, second] = came.answers;
  if (came.answers.length === 1) return closes(came);
  const isNext = second?.status === 200 && second.content.toString() === "x";
  return first !== undefined && isNext ? [] : ["the request behind it has another answer"];
};

function get(lines: WireAnswer["lines"], name: string): string | undefined {
  const values = valuesOf(lines, name);
  return values.length === 0 ? undefined : values.join(", ");
}

/** Fields of HEAD that need not be those of GET. @see RFC 9110 §9.3.2 */
const OF_EACH_MESSAGE = new Set(["date", "connection", "keep-alive", "transfer-encoding"]);

/** The first answer is to HEAD, the second to GET of the same. */
const sameHead: Judge = ({ answers: [head, whole] }) => {
  if (head === undefined || whole === undefined) return ["not two answers"];
  const names = new Set(head.lines.map(([name]) => name).filter((name) => !OF_EACH_MESSAGE.has(name)));
  const unlike = [...names].filter((name) => get(head.lines, name) !== get(whole.lines, name));
  return [
    ...(head.status === whole.status ? [] : [`status ${head.status}, of GET ${whole.status}`]),
    ...unlike.map((name) => `${name} ${get(head.lines, name)}, of GET ${get(whole.lines, name)}`),
  ];
};

const dated: Judge = ({ answers }) =>
  answers.every(
    ({ status, lines }) =>
      status >= 500 || /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(get(lines, "date") ?? ""),
  )
    ? []
    : ["an answer without its Date"];

const allows: Judge = ({ answers }) =>
  answers.every(({ status, lines }) => status !== 405 || valuesOf(lines, "allow").length > 0)
    ? []
    : ["a 405 without Allow"];

const unchunked: Judge = ({ answers }) =>
  answers.every(({ framing }) => framing !== "chunked") ? [] : ["chunks for a client of HTTP/1.0"];

function one(
  id: string,
  title: string,
  see: string,
  bytes: string,
  judge: Judge,
  methods: readonly string[] = [bytes.slice(0, bytes.indexOf(" "))],
): MessageCase {
  // Not one of a row's.
  return { id: `X-${id}`, title, see, bytes, methods, judge };
}

const FILES = [
  "/file.txt",
  "/empty.txt",
  "/gz.txt",
  "/missing.txt",
  "/dir",
  "/dir/",
  "/",
  "/%00",
  "/..%2fx",
  "/big.txt",
];

const HEADS = FILES.slice(0, -1).map((target, index) =>
  one(
    `H${index + 1}`,
    `HEAD ${target} has the fields of GET`,
    "RFC 9110 §9.3.2",
    message(`HEAD ${target} HTTP/1.1`) + message(`GET ${target} HTTP/1.1`, HOST + LAST),
    all(sameHead, dated),
    ["HEAD", "GET"],
  ),
);

const METHODS = ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"].map((method, index) =>
  one(
    `M${index + 1}`,
    `${method} changes nothing, and a 405 tells what is allowed`,
    "RFC 9110 §15.5.6",
    message(`${method} /file.txt HTTP/1.1`, `${HOST}Content-Length: 0\r\n`) + NEXT,
    all(allows, dated, passedOver, ({ answers: [first] }) =>
      first !== undefined && NO_SUCCESS.has(first.status) ? [] : [`status ${first?.status}`],
    ),
    [method, "GET"],
  ),
);

const INVALID_HOSTS = ["a b", "a/b", "a?b", "a#b", "<a>", "a\r\nHost: b"].map((host, index) =>
  one(
    `V${index + 1}`,
    `the Host ${JSON.stringify(host)} is refused`,
    "RFC 9112 §3.2",
    message("GET /file.txt HTTP/1.1", `Host: ${host}\r\n${LAST}`),
    statuses([400]),
  ),
);

const LENGTHS = ["+1", "-1", "1,2", "0x1", "1 1", "a", "1\r\nContent-Length: 2"].map((length, index) =>
  one(
    `L${index + 1}`,
    `the Content-Length ${JSON.stringify(length)} is refused`,
    "RFC 9112 §6.3",
    message("POST /file.txt HTTP/1.1", `${HOST}Content-Length: ${length}\r\n`, "x") + NEXT,
    refused(400),
    ["POST", "GET"],
  ),
);

const CODINGS: readonly (readonly [coding: string, allowed: readonly number[]])[] = [
  ["gzip", [400, 501]],
  ["chunked, gzip", [400, 501]],
  ["xchunked", [400, 501]],
  ['"chunked"', [400, 501]],
  ["chunked\r\nTransfer-Encoding: identity", [400, 501]],
];

const TRANSFER_CODINGS = CODINGS.map(([coding, allowed], index) =>
  one(
    `T${index + 1}`,
    `the Transfer-Encoding ${JSON.stringify(coding)} is refused`,
    "RFC 9112 §6.1, §6.3",
    message("POST /file.txt HTTP/1.1", `${HOST}Transfer-Encoding: ${coding}\r\n`, "0\r\n\r\n") + NEXT,
    refused(...allowed),
    ["POST", "GET"],
  ),
);

const CONTENTS: readonly (readonly [title: string, fields: string, content: string])[] = [
  ["with its length", "Content-Length: 5\r\n", "GET /"],
  ["in chunks", "Transfer-Encoding: chunked\r\n", "5\r\nGET /\r\n0\r\n\r\n"],
  ["in chunks with a trailer", "Transfer-Encoding: chunked\r\n", "5;a=b\r\nGET /\r\n0\r\nA: b\r\n\r\n"],
  ["in Chunked", "Transfer-Encoding: Chunked\r\n", "5\r\nGET /\r\n0\r\n\r\n"],
  ["that looks like a request", `Content-Length: ${NEXT.length}\r\n`, NEXT],
];

const REQUEST_CONTENTS = ["GET", "POST", "HEAD"].flatMap((method) =>
  CONTENTS.map(([title, fields, content], index) =>
    one(
      `C-${method}-${index + 1}`,
      `the content of ${method} ${title} is no request`,
      "RFC 9112 §6",
      message(`${method} /file.txt HTTP/1.1`, HOST + fields, content) + NEXT,
      passedOver,
      [method, "GET"],
    ),
  ),
);

/** Heads that no sender may make, of which every reader makes something else. */
const MALFORMED: readonly (readonly [title: string, bytes: string])[] = [
  ["a space before the colon", message("GET /file.txt HTTP/1.1", `${HOST}A : b\r\n`)],
  ["white space before the first field", message("GET /file.txt HTTP/1.1", ` A: b\r\n${HOST}`)],
  ["a field without its name", message("GET /file.txt HTTP/1.1", `${HOST}: b\r\n`)],
  ["a field without its colon", message("GET /file.txt HTTP/1.1", `${HOST}abc\r\n`)],
  ["a name that is no token", message("GET /file.txt HTTP/1.1", `${HOST}a(b: c\r\n`)],
  ["a NUL in a value", message("GET /file.txt HTTP/1.1", `${HOST}A: b\0c\r\n`)],
  ["a line of the version http/1.1", message("GET /file.txt http/1.1")],
  ["no version", message("GET /file.txt")],
  ["a space in the target", message("GET /file.txt /x HTTP/1.1")],
  ["a method that is no token", message("G(T /file.txt HTTP/1.1")],
  ["no target", message("GET HTTP/1.1")],
  ["a target without its slash", message("GET file.txt HTTP/1.1")],
];

const MALFORMED_HEADS = MALFORMED.map(([title, bytes], index) =>
  one(
    `S${index + 1}`,
    `${title} is refused`,
    "RFC 9112 §3, §5",
    // Of HTTP/0.9, to which such a line belongs, nothing may follow.
    title === "no version" ? bytes : bytes + NEXT,
    refused(400, 404, 405, 501, 505),
    ["GET", "GET"],
  ),
);

const OTHERS: readonly MessageCase[] = [
  one(
    "A1",
    "a request without Host is refused",
    "RFC 9112 §3.2",
    message("GET /file.txt HTTP/1.1", LAST),
    statuses([400]),
  ),
  one(
    "A2",
    "a client of HTTP/1.0 needs no Host",
    "RFC 9112 §3.2",
    message("GET /file.txt HTTP/1.0", ""),
    all(statuses([200]), unchunked),
  ),
  one(
    "A3",
    "and is told the end of a large file without chunks",
    "RFC 9112 §6.1",
    message("GET /file.txt HTTP/1.0"),
    all(statuses([200]), unchunked, dated),
  ),
  one(
    "A4",
    "a client of HTTP/1.0 is told of an error without chunks",
    "RFC 9112 §6.1",
    message("GET /missing.txt HTTP/1.0"),
    all(statuses([404]), unchunked),
  ),
  one(
    "A5",
    "a target in absolute-form is served",
    "RFC 9112 §3.2.2",
    message("GET http://localhost/file.txt HTTP/1.1", HOST + LAST),
    statuses([200]),
  ),
  one(
    "A6",
    "its host counts, not the field",
    "RFC 9112 §3.2.2",
    message("GET http://localhost/file.txt HTTP/1.1", `Host: other\r\n${LAST}`),
    statuses([200]),
  ),
  one(
    "A7",
    "in absolute-form, too, the rest is a path",
    "RFC 9112 §3.2.2",
    message("GET http://localhost/missing.txt HTTP/1.1", HOST + LAST),
    statuses([404]),
  ),
  one(
    "A8",
    "OPTIONS * is no error of the server",
    "RFC 9110 §9.3.7",
    message("OPTIONS * HTTP/1.1", HOST + LAST),
    statuses([200, 204, 400, 404, 405]),
  ),
  one(
    "A9",
    "* is a target of OPTIONS alone",
    "RFC 9112 §3.2.4",
    message("GET * HTTP/1.1", HOST + LAST),
    statuses([400, 404]),
  ),
  one(
    "A10",
    "CONNECT opens no tunnel",
    "RFC 9110 §9.3.6",
    message("CONNECT localhost:1 HTTP/1.1", HOST + LAST),
    ({ answers: [first] }) => (first === undefined || first.status >= 400 ? [] : [`status ${first.status}`]),
  ),
  one(
    "A11",
    "a higher minor version is HTTP/1.1",
    "RFC 9110 §2.5",
    message("GET /file.txt HTTP/1.2", HOST + LAST),
    statuses([200, 400, 505]),
  ),
  one(
    "A12",
    "a major version that isn't HTTP/1 is refused",
    "RFC 9110 §15.6.6",
    message("GET /file.txt HTTP/2.0", HOST + LAST),
    statuses([400, 505]),
  ),
  one(
    "A13",
    "an empty line before a request is passed over",
    "RFC 9112 §2.2",
    `\r\n${NEXT}`,
    statuses([200]),
    ["GET"],
  ),
  one(
    "A14",
    "Expect: 100-continue leads to a final answer",
    "RFC 9110 §10.1.1",
    message("GET /file.txt HTTP/1.1", `${HOST}Expect: 100-continue\r\nContent-Length: 1\r\n${LAST}`, "x"),
    statuses([200, 417]),
  ),
  one(
    "A15",
    "a field that is long is no failure",
    "RFC 9110 §5.4",
    message("GET /file.txt HTTP/1.1", `${HOST}${LAST}A: ${"a".repeat(100_000)}\r\n`),
    statuses([200, 400, 413, 431]),
  ),
  one(
    "A16",
    "a target that is long is no failure",
    "RFC 9112 §3",
    message(`GET /${"a".repeat(100_000)} HTTP/1.1`, HOST + LAST),
    statuses([400, 404, 414, 431]),
  ),
  one(
    "A17",
    "nothing behind Connection: close is answered",
    "RFC 9112 §9.6",
    message("GET /file.txt HTTP/1.1", HOST + LAST) + NEXT,
    // Node's parser can be quicker than an answer to the first request, and then refuses both with one 400.
    all(statuses([200, 400]), closes),
    ["GET", "GET"],
  ),
  one(
    "A26",
    "Connection: close ends the connection",
    "RFC 9112 §9.6",
    message("GET /file.txt HTTP/1.1", HOST + LAST),
    all(statuses([200]), closes),
    // Where a second answer could be, there is the end.
    ["GET", "GET"],
  ),
  one(
    "A18",
    "answers come in the order of the requests",
    "RFC 9112 §9.3.2",
    message("GET /file.txt HTTP/1.1") + message("GET /missing.txt HTTP/1.1") + NEXT,
    statuses([200], [404], [200]),
    ["GET", "GET", "GET"],
  ),
  one(
    "A19",
    "an Upgrade that nobody asked for is left alone",
    "RFC 9110 §7.8",
    message("GET /file.txt HTTP/1.1", `${HOST}Connection: Upgrade, close\r\nUpgrade: h2c\r\n`),
    statuses([200]),
  ),
  one(
    "A20",
    "Transfer-Encoding together with Content-Length ends the connection",
    "RFC 9112 §6.1",
    message(
      "POST /file.txt HTTP/1.1",
      `${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`,
      "0\r\n\r\n",
    ) + NEXT,
    (came) => [...(came.answers.length <= 1 ? [] : ["the connection went on"]), ...closes(came)],
    ["POST", "GET"],
  ),
  one(
    "A21",
    "a field on two lines is refused or read as one",
    "RFC 9112 §5.2",
    message("GET /file.txt HTTP/1.1", `${HOST}${LAST}A: b\r\n c\r\n`),
    statuses([200, 400]),
  ),
  one(
    "A22",
    "a 304 has no content",
    "RFC 9110 §15.4.5",
    message("GET /file.txt HTTP/1.1", `${HOST}If-None-Match: *\r\n`) + NEXT,
    statuses([304], [200]),
    ["GET", "GET"],
  ),
  one(
    "A23",
    "a 416 tells the length",
    "RFC 9110 §15.5.17",
    message("GET /file.txt HTTP/1.1", `${HOST}${LAST}Range: bytes=5000-\r\n`),
    ({ answers: [first] }) =>
      first?.status === 416 && get(first.lines, "content-range") === "bytes */1000"
        ? []
        : [`status ${first?.status}, ${first && get(first.lines, "content-range")}`],
  ),
  one(
    "A24",
    "HEAD takes no notice of Range",
    "RFC 9110 §14.2",
    message("HEAD /file.txt HTTP/1.1", `${HOST}${LAST}Range: bytes=0-1\r\n`),
    statuses([200]),
  ),
  one(
    "A25",
    "a redirect stays on the server",
    "RFC 9110 §10.2.2",
    message("GET //evil.example/%2e%2e HTTP/1.1", HOST + LAST),
    ({ answers: [first] }) =>
      first !== undefined && !/^(?:https?:)?\/\/evil/.test(get(first.lines, "location") ?? "")
        ? []
        : ["a Location elsewhere"],
  ),
];

export const MESSAGE_CASES: readonly MessageCase[] = [
  ...HEADS,
  ...METHODS,
  ...INVALID_HOSTS,
  ...LENGTHS,
  ...TRANSFER_CODINGS,
  ...REQUEST_CONTENTS,
  ...MALFORMED_HEADS,
  ...OTHERS,
];

/** What is wrong with the answers to a case. */
export function messageComplaints({ judge }: MessageCase, came: WireAnswers): readonly string[] {
  return [...came.malformed, ...judge(came)];
}
