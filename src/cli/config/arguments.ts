import { InvalidArgumentError } from "commander";
import { isToken } from "../../http/field-syntax.ts";
import type { Fields } from "./ask.ts";

/** A port, alone or behind an IPv4 address or an IPv6 address in brackets. */
const LISTEN = /^(?:(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):)?(\d{1,5})$/;

export function parseListen(text: string): string {
  const port = Number(LISTEN.exec(text)?.[1]);
  if (port >= 1 && port <= 65_535) return text;
  throw new InvalidArgumentError("Give a port, or an address with one, such as 80 or 127.0.0.1:8081.");
}

export function parseServerName(text: string): string {
  if (/^[A-Za-z0-9*_.-]+$/.test(text)) return text;
  throw new InvalidArgumentError("Give the name of a host, such as files.example.com.");
}

export function parseUpstream(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" && url.href === `${url.origin}/`) return url;
  throw new InvalidArgumentError(
    "Give where the application listens, without a path, such as http://127.0.0.1:8080.",
  );
}

export function parseChecked(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "")
    return url;
  throw new InvalidArgumentError(
    "Give the URL of a file that the application serves through the front, such as https://files.example.com/report.pdf.",
  );
}

/** One more field of the requests, with those before it. */
export function parseField(text: string, before: Fields = {}): Fields {
  const [, name = "", value = ""] = /^([^:]*):[ \t]*(.*)$/.exec(text) ?? [];
  if (isToken(name) && /^[\x20-\x7e\x80-\xff]+$/.test(value))
    return { ...before, [name.toLowerCase()]: value };
  throw new InvalidArgumentError('Give a name and a value, such as "Cookie: session=…".');
}
