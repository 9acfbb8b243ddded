import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type DeliveryChoice, isFront, simple, stream, zeroCopy } from "../deliveries/choice.ts";
import { memory } from "../sources/memory.ts";
import { deliveryFromEnvironment } from "./delivery-from-environment.ts";

afterEach(() => vi.unstubAllEnvs());

async function orderOf(choice: DeliveryChoice | undefined, path: string): Promise<string | undefined> {
  if (choice === undefined || !isFront(choice)) return undefined;
  const order = await choice.handOver({ path, type: undefined, disposition: undefined, request: undefined });
  return order?.kind === "field" ? order.field[1] : order?.location;
}

describe("STET_DELIVERY", () => {
  it.each([
    ["stream", stream],
    ["zeroCopy", zeroCopy],
    [" simple ", simple],
    ["", undefined],
    [undefined, undefined],
    ["nginx /srv/other=/_other/", undefined],
  ])("%j chooses %j", (value, choice) => {
    vi.stubEnv("STET_DELIVERY", value);
    expect(deliveryFromEnvironment("/srv/private")).toBe(choice);
  });

  it.each([
    ["nginx /srv/private=/_private/", "/_private/a/b"],
    ["nginx /srv/private=/_private", "/_private/a/b"],
    ["nginx /srv=/_srv/ /srv/private/=/_private/", "/_private/a/b"],
    ["nginx /srv=/_srv/", "/_srv/private/a/b"],
    ["nginx /=/_all/", "/_all/srv/private/a/b"],
    ["nginx /srv/private=/_private/  /srv/private/a=/_a/", "/_a/b"],
    ["caddy /srv/private=/_private/", "/_private/a/b"],
    ["apache /srv/private=/mnt/x", "/mnt/x/a/b"],
    ["apache /srv/private", "/srv/private/a/b"],
    ["lighttpd /srv/other /srv/", "/srv/private/a/b"],
    ["lighttpd /srv=/mnt", "/mnt/private/a/b"],
    ["redirect /srv=https://a.example/x?=/", undefined],
    ["redirect /srv/private=https://a.example/x=1/", "https://a.example/x=1/a/b"],
  ])("%j leads a file of /srv/private to %s", async (value, order) => {
    vi.stubEnv("STET_DELIVERY", value);
    if (order === undefined) {
      expect(() => deliveryFromEnvironment("/srv/private")).toThrow(TypeError);
      return;
    }
    expect(await orderOf(deliveryFromEnvironment("/srv/private"), "a/b")).toBe(order);
    expect(await orderOf(deliveryFromEnvironment(pathToFileURL("/srv/private")), "a/b")).toBe(order);
  });

  it.each([
    ["nginx /srv=/_srv/", "/_srv/100%2541%20x/a/b"],
    ["nginx /srv=/_srv/ /srv/100%41=/_other/", "/_srv/100%2541%20x/a/b"],
    ["apache /srv", "/srv/100%41 x/a/b"],
    ["lighttpd /srv", "/srv/100%2541%20x/a/b"],
    ["redirect /srv=https://a.example/", "https://a.example/100%2541%20x/a/b"],
  ])("%j leads a file of a folder with any name to %s", async (value, order) => {
    vi.stubEnv("STET_DELIVERY", value);
    expect(await orderOf(deliveryFromEnvironment("/srv/100%41 x"), "a/b")).toBe(order);
  });

  it("sends by itself what the front can't, of a folder with any name", async () => {
    vi.stubEnv("STET_DELIVERY", "caddy /srv=/_srv/");
    expect(await orderOf(deliveryFromEnvironment("/srv/two words"), "a")).toBe("/_srv/two words/a");
    expect(await orderOf(deliveryFromEnvironment("/srv/100%41"), "a")).toBeUndefined();
  });

  it.each([
    "sendfile",
    "nginx",
    "Nginx /a=/_a/",
    "stream /a=/_a/",
    "toString",
    "nginx /a",
    "apache a",
    "apache /a=b",
    "nginx a=/_a/",
    "nginx =/_a/",
    "nginx /a=",
    "nginx /srv/private=/_a/ /b=relative",
  ])("%j is told at once", (value) => {
    vi.stubEnv("STET_DELIVERY", value);
    expect(() => deliveryFromEnvironment("/srv/private")).toThrow(TypeError);
    expect(() => deliveryFromEnvironment("/srv/private")).toThrow(/"nginx \/srv|"\/srv\/private=|such as/);
  });

  it("says nothing of what is no folder", () => {
    vi.stubEnv("STET_DELIVERY", "nginx /=/_all/");
    expect(deliveryFromEnvironment(memory({ a: "" }))).toBeUndefined();
    vi.stubEnv("STET_DELIVERY", "zeroCopy");
    expect(deliveryFromEnvironment(memory({ a: "" }))).toBeUndefined();
  });
});
