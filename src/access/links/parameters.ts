import { decodeSegment } from "../../target/decode-segment.ts";
import { encodePath } from "../../target/encode-path.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";

/** What a link says beside its path, in the order in which it stands there. */
const SIGNED = ["expires", "not-before", "network", "disposition", "as", "key"] as const;

type Name = (typeof SIGNED)[number];

/** Each as text; "" is as good as absent. */
export type Parameters = Readonly<Partial<Record<Name, string>>>;

/** A link's query, read. Nothing of it is to be believed before the signature is verified. */
export interface SignedParameters {
  readonly parameters: Parameters;
  readonly signature: Uint8Array<ArrayBuffer>;
}

export function formatQuery(parameters: Parameters, signature: Uint8Array): string {
  const stated = SIGNED.map((name) => [name, parameters[name] ?? ""] as const)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${encodePath(value)}`);
  return `?${[...stated, `signature=${encodeBase64Url(signature)}`].join("&")}`;
}

/**
 * Reads a query as `formatQuery` writes it; `undefined` for any other. What was read is written again and compared: so
 * nothing can be added, doubled, moved or spelled in another way.
 */
export function parseQuery(search: string): SignedParameters | undefined {
  const given = readPairs(search.slice(1));
  const signature = decodeBase64Url(given.get("signature") ?? "");
  if (signature === undefined) return undefined;
  const parameters: Parameters = Object.fromEntries(SIGNED.map((name) => [name, given.get(name) ?? ""]));
  return formatQuery(parameters, signature) === search ? { parameters, signature } : undefined;
}

function readPairs(query: string): ReadonlyMap<string, string> {
  const pairs = query.split("&").map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    return [pair.slice(0, equals), decodeSegment(pair.slice(equals + 1)) ?? ""];
  });
  return new Map(pairs);
}

const DOMAIN = "stet signed link 1";

/**
 * What is signed: each part as a netstring, and a part that is absent as an empty one. So no two links have the same
 * text, wherever one part ends and the next begins; and since the first part names the purpose, nothing else that the key
 * may ever sign has it either.
 *
 * @param method the request's, GET for HEAD
 * @param pathname percent-encoded, in the canonical spelling
 * @see https://cr.yp.to/proto/netstrings.txt
 */
export function toSignedText(
  method: string,
  pathname: string,
  parameters: Parameters,
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = [DOMAIN, method, pathname, ...SIGNED.map((name) => parameters[name] ?? "")];
  const netstrings = parts.map((part) => `${encoder.encode(part).length}:${part},`);
  return encoder.encode(netstrings.join(""));
}
