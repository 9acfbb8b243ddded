/** An IP address as a number, so that a network is the bits that its addresses share. */
interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** The addresses that share the first `length` bits; the others of `value` are zero. */
export interface Network extends Address {
  readonly length: number;
}

const BITS = { 4: 32, 6: 128 } as const;

const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9A-Fa-f]{1,4}$/;
const GROUPS = 8;

/** `::ffff:0:0/96`: how a socket that takes both versions shows an IPv4 client. */
const MAPPED_BITS = 96;
const MAPPED = 0xffffn;

/**
 * Reads a network: `203.0.113.0/24`, `2001:db8::/32`, or one address. Bits beyond the length are cleared, so that the
 * network of a client can be written as its address with a length. An IPv4-mapped address is the IPv4 address.
 *
 * @returns `undefined` for any other text, and for a network of mapped addresses that isn't one of IPv4
 * @see RFC 4632 §3.1, RFC 4291 §2.2, §2.3
 */
export function parseNetwork(text: string): Network | undefined {
  const [before = "", after, ...more] = text.split("/");
  const written = parseWrittenAddress(before);
  if (written === undefined || more.length > 0) return undefined;
  const length = after === undefined ? BITS[written.version] : parseLength(after, written.version);
  if (length === undefined) return undefined;
  if (!isMapped(written)) return toNetwork(written, length);
  return length < MAPPED_BITS ? undefined : toNetwork(unmapped(written), length - MAPPED_BITS);
}

/** A network as text, always the same for the same one. @see RFC 5952 §4 */
export function formatNetwork(network: Network): string {
  return `${formatAddress(network)}/${network.length}`;
}

/** An address as text; `undefined` for what is none. @see RFC 5952 §4 */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text);
  return address && formatAddress(address);
}

/** Whether an address, such as a socket tells it, is of the network. What can't be read is of none. */
export function isOfNetwork(text: string | undefined, network: Network | undefined): boolean {
  // A link-local address comes with its zone: "fe80::1%eth0".
  const address = parseAddress(text?.split("%", 1)[0] ?? "");
  if (address === undefined || network === undefined || address.version !== network.version) return false;
  return clearHostBits(address.value, address.version, network.length) === network.value;
}

function parseAddress(text: string): Address | undefined {
  const written = parseWrittenAddress(text);
  return written !== undefined && isMapped(written) ? unmapped(written) : written;
}

function parseWrittenAddress(text: string): Address | undefined {
  return text.includes(":") ? parseVersion6(text) : parseVersion4(text);
}

function parseLength(text: string, version: 4 | 6): number | undefined {
  return OCTET.test(text) && Number(text) <= BITS[version] ? Number(text) : undefined;
}

function parseVersion4(text: string): Address | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)) {
    return undefined;
  }
  return { version: 4, value: octets.reduce((value, octet) => value * 256n + BigInt(octet), 0n) };
}

function parseVersion6(text: string): Address | undefined {
  const halves = withoutDots(text)?.split("::").map(toGroups) ?? [];
  const [head, tail = []] = halves;
  if (head === undefined || halves.length > 2 || halves.includes(undefined)) return undefined;
  // "::" stands for one group or more.
  const missing = GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return { version: 6, value: groups.reduce((value, group) => value * 65_536n + group, 0n) };
}

/** The last two groups may be written as an IPv4 address: here they are groups, too. */
function withoutDots(text: string): string | undefined {
  if (!text.includes(".")) return text;
  const end = text.lastIndexOf(":") + 1;
  const last = parseVersion4(text.slice(end));
  return last && text.slice(0, end) + pieces(last.value, 16, 2).map(toHex).join(":");
}

/** The groups on one side of a "::". */
function toGroups(half: string): readonly bigint[] | undefined {
  if (half === "") return [];
  const groups = half.split(":");
  return groups.every((group) => GROUP.test(group)) ? groups.map((group) => BigInt(`0x${group}`)) : undefined;
}

function toHex(group: bigint): string {
  return group.toString(16);
}

function isMapped({ version, value }: Address): boolean {
  return version === 6 && value >> 32n === MAPPED;
}

function unmapped({ value }: Address): Address {
  return { version: 4, value: BigInt.asUintN(32, value) };
}

function toNetwork({ version, value }: Address, length: number): Network {
  return { version, value: clearHostBits(value, version, length), length };
}

function clearHostBits(value: bigint, version: 4 | 6, length: number): bigint {
  const hostBits = BigInt(BITS[version] - length);
  return (value >> hostBits) << hostBits;
}

function formatAddress({ version, value }: Address): string {
  if (version === 4) return pieces(value, 8, 4).join(".");
  const groups = pieces(value, 16, GROUPS).map(toHex);
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(":");
  const before = groups.slice(0, zeros.start).join(":");
  return `${before}::${groups.slice(zeros.start + zeros.length).join(":")}`;
}

/** So many pieces of so many bits, the highest first. */
function pieces(value: bigint, bits: number, count: number): readonly bigint[] {
  return Array.from({ length: count }, (_, index) =>
    BigInt.asUintN(bits, value >> BigInt(bits * (count - 1 - index))),
  );
}

interface Run {
  readonly start: number;
  readonly length: number;
}

/** The first of the longest runs. @see RFC 5952 §4.2.3 */
function longestZeros(groups: readonly string[]): Run {
  let longest: Run = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === "0" ? length + 1 : 0;
    if (length > longest.length) longest = { start: index + 1 - length, length };
  }
  return longest;
}
