import { BlockList, isIP } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalAddress, formatNetwork, isOfNetwork, parseNetwork } from "./network.ts";

function canonical(text: string): string | undefined {
  const network = parseNetwork(text);
  return network && formatNetwork(network);
}

const address4 = fc.ipV4();
/** Not those that stand for an IPv4 address: Node takes them for both. */
const address6 = fc.ipV6().filter((text) => !canonicalAddress(text)?.includes("."));

describe("a network", () => {
  test.for([
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["203.0.113.77/24", "203.0.113.0/24"],
    ["203.0.113.77", "203.0.113.77/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8:0:0:1:0:0:1/64", "2001:db8::/64"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["::/0", "::/0"],
    ["::ffff:203.0.113.77", "203.0.113.77/32"],
    ["::ffff:203.0.113.77/120", "203.0.113.0/24"],
  ] as const)("%s is written %s", ([text, written]) => {
    expect(canonical(text)).toBe(written);
  });

  test.for([
    "",
    "/",
    "/24",
    "203.0.113.0/",
    "203.0.113.0/33",
    "203.0.113.0/024",
    "203.0.113.0/-1",
    "203.0.113.0/24/24",
    "203.0.113/24",
    "203.0.113.256",
    "203.0.113.07",
    "2001:db8::/129",
    "::1::/64",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2:3:4:5:6:7:8",
    "::1.2.3",
    "::1.2.3.4:5",
    "12345::",
    "fe80::1%eth0",
    "all",
    // Of an IPv4-mapped address so short a prefix would be of no IPv4 network.
    "::ffff:203.0.113.77/24",
  ])("is not %j", (text) => {
    expect(canonical(text)).toBeUndefined();
  });

  test("holds the address of a link without its zone, and no address that isn't one", () => {
    const network = parseNetwork("fe80::/10");
    expect(isOfNetwork("fe80::1%eth0", network)).toBe(true);
    expect(isOfNetwork("", network)).toBe(false);
    expect(isOfNetwork(undefined, network)).toBe(false);
    expect(isOfNetwork("0.0.0.0", parseNetwork("::/0"))).toBe(false);
  });

  test("of IPv4 holds a client that a socket of both versions shows", () => {
    expect(isOfNetwork("::ffff:203.0.113.77", parseNetwork("203.0.113.0/24"))).toBe(true);
    expect(isOfNetwork("::ffff:203.0.114.77", parseNetwork("203.0.113.0/24"))).toBe(false);
  });

  test("holds what Node's own list of networks holds", () => {
    const sided = fc.oneof(
      fc.tuple(fc.constant("ipv4" as const), address4, address4, fc.nat(32)),
      fc.tuple(fc.constant("ipv6" as const), address6, address6, fc.nat(128)),
    );
    fc.assert(
      fc.property(sided, fc.boolean(), ([version, network, other, length], same) => {
        const list = new BlockList();
        list.addSubnet(network, length, version);
        const address = same ? network : other;
        const held = isOfNetwork(address, parseNetwork(`${network}/${length}`));
        expect(held).toBe(list.check(address, version));
      }),
    );
  });
});

describe("an address", () => {
  test("is what Node takes for one", () => {
    const almost = fc.stringMatching(/^[0-9a-f:.]{0,20}$/);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), almost), (text) => {
        expect(canonicalAddress(text) !== undefined).toBe(isIP(text) !== 0);
      }),
      { numRuns: 2000 },
    );
  });

  test("is written as URLs write it", () => {
    fc.assert(
      fc.property(address6, (text) => {
        expect(`[${canonicalAddress(text)}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });
});
