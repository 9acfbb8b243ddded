import { CROCKFORD, DIGITS, HEX, pick, type Random, textOf } from "./random.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function uuid(random: Random): string {
  const [a, b, c, d, e] = [8, 4, 3, 3, 12].map((length) => textOf(random, HEX, length));
  return `${a}-${b}-${pick(random, ["4", "7"])}${c}-${pick(random, ["8", "9", "a", "b"])}${d}-${e}`;
}

/** By one of 6 octets, in the spellings of Linux, Windows and Cisco. */
function mac(random: Random): string {
  const hex = textOf(random, HEX, 12);
  const octets = hex.match(/../g) ?? [];
  const spelling = pick(random, [
    hex,
    octets.join("-"),
    octets.join("_"),
    (hex.match(/..../g) ?? []).join("."),
  ]);
  return random(2) === 0 ? spelling : spelling.toUpperCase();
}

function date(random: Random): string {
  const [year, month, day] = [1900 + random(200), 1 + random(12), 1 + random(28)];
  const [mm, dd] = [month, day].map((number) => String(number).padStart(2, "0"));
  const name = MONTHS[month - 1] ?? "";
  const time = [random(24), random(60), random(60)].map((number) => String(number).padStart(2, "0"));
  return pick(random, [
    `${year}-${mm}-${dd}`,
    `${year}${mm}${dd}`,
    `${dd}-${mm}-${year}`,
    `${dd}.${mm}.${year}`,
    `${day}-${month}-${year}`,
    `${dd}${mm}${year}`,
    `${day}${name.toLowerCase()}${year}`,
    `${day}-${name}-${year}`,
    `${name}-${day}-${String(year).slice(2)}`,
    `${day}-${name}-${String(year).slice(2)}`,
    `${name.toUpperCase()}-${year}`,
    `${name}${year}`,
    `${year}-W${mm}`,
    `${year}-W${mm}-${1 + random(7)}`,
    `${year}${mm}${dd}T${time.join("")}Z`,
    `${year}-${mm}-${dd}T${time.join("-")}Z`,
    `${year}-${mm}-${dd}_${time.join("-")}`,
    `${year}${mm}${dd}-${time.join("")}`,
    String(Date.UTC(year, month - 1, day)),
    String(Date.UTC(year, month - 1, day) / 1000),
  ]);
}

function phoneNumber(random: Random): string {
  const [area, exchange, line] = [3, 3, 4].map((length) => textOf(random, DIGITS, length));
  return pick(random, [
    `+${1 + random(99)}${textOf(random, DIGITS, 7 + random(5))}`,
    `+${1 + random(99)}-${area}-${textOf(random, DIGITS, 8)}`,
    `${area}-${exchange}-${line}`,
    `1-${area}-${exchange}-${line}`,
    `(${area}) ${exchange}-${line}`,
    `${area}.${exchange}.${line}`,
    textOf(random, DIGITS, 7 + random(8)),
  ]);
}

function version(random: Random): string {
  const release = [random(30), random(30), random(200)].join(".");
  return pick(random, [
    release,
    `v${release}`,
    `${random(30)}.${random(30)}`,
    `${release}-${pick(random, ["alpha", "beta", "rc", "preview", "next", "canary", "dev"])}.${random(100)}`,
    `${release}-${pick(random, ["alpha", "beta", "rc", "preview", "next", "canary", "dev"])}${random(100)}`,
    `${release}-SNAPSHOT`,
    `${release}.RELEASE`,
    `${release}-dev.${date(random)}`,
    `${release}+build.${random(99_999)}`,
    `v0.0.0-20260131${textOf(random, DIGITS, 6)}-${textOf(random, HEX, 12)}`,
  ]);
}

function gitTag(random: Random): string {
  const tag = `v${[random(30), random(30), random(200)].join(".")}`;
  return pick(random, [
    tag,
    `${tag}-rc${random(20)}`,
    `release-${random(30)}-${random(30)}-${random(200)}`,
    `${tag}-${1 + random(500)}-g${textOf(random, HEX, 7)}`,
    `${tag}-${1 + random(500)}-g${textOf(random, HEX, 7)}-dirty`,
    `${tag}-${1 + random(500)}-g${textOf(random, HEX, 7 + random(6))}`,
  ]);
}

/** What people and programs put into the names of files that change, or that have no content hash. */
export const IDENTIFIERS: Readonly<Record<string, (random: Random) => string>> = {
  "a UUID": uuid,
  "a UUID in upper case": (random) => uuid(random).toUpperCase(),
  "a UUID without dashes": (random) => uuid(random).replaceAll("-", ""),
  "a MAC address": mac,
  "an ObjectId": (random) => textOf(random, HEX, 24),
  "a ULID": (random) => `01${textOf(random, CROCKFORD, 24)}`,
  "a phone number": phoneNumber,
  "a date": date,
  "a version": version,
  "a git tag": gitTag,
  "a number": (random) => textOf(random, DIGITS, 1 + random(20)),
};
