import { describe, expect, it } from "vitest";
import { apacheConfiguration } from "./apache.ts";
import { caddyConfiguration } from "./caddy.ts";
import { lighttpdConfiguration } from "./lighttpd.ts";
import type { FrontSettings } from "./settings.ts";

// That the servers take what is printed, and do as it says, is what test/engines/ proves.
const USUAL: FrontSettings = {
  places: [["/srv/private", "/srv/private/"]],
  upstream: new URL("http://127.0.0.1:8080"),
  listen: "80",
  serverName: undefined,
};

describe.each([
  [
    "apache",
    apacheConfiguration,
    [
      "<VirtualHost *:80>",
      "\nListen 8081\n\n<VirtualHost *:8081>",
      "\nListen [::1]:8081\n\n<VirtualHost [::1]:8081>",
    ],
    ["    ServerName a.example\n", "    ServerAlias *.example\n"],
  ],
  [
    "lighttpd",
    lighttpdConfiguration,
    ['$SERVER["socket"] == "0.0.0.0:80"', '"0.0.0.0:8081"', '"[::1]:8081"'],
    ['$HTTP["host"] =~ "^a[.]example$" {', '=~ "^[^.]+[.]example$"'],
  ],
  [
    "caddy",
    caddyConfiguration,
    ["\nhttp://:80 {\n\t#", "\nhttp://:8081 {\n\t#", "\nhttp://:8081 {\n\tbind ::1\n"],
    ["\nhttp://a.example:80 {", "\nhttp://*.example:80 {"],
  ],
] as const)("what is printed for %s", (name, print, [usual, port, address], [host, hosts]) => {
  it("listens where it is told to", () => {
    expect(print(USUAL)).toContain(usual);
    expect(print(USUAL)).not.toContain("Listen ");
    expect(print({ ...USUAL, listen: "8081" })).toContain(port);
    expect(print({ ...USUAL, listen: "[::1]:8081" })).toContain(address);
  });

  it("is for the host that it is told", () => {
    expect(print({ ...USUAL, serverName: "a.example" })).toContain(host);
    expect(print({ ...USUAL, serverName: "*.example" })).toContain(hosts);
  });

  it("tells what the application needs to know", () => {
    expect(print(USUAL)).toContain(`stet("/srv/private", { delivery: ${name}({ "/": "/srv/private/" }) });`);
    expect(print(USUAL)).toContain(`STET_DELIVERY="${name} /srv/private=/srv/private/"`);
    expect(print(USUAL)).toContain("127.0.0.1:8080");
  });
});

it.each([
  ["apache", apacheConfiguration, "/srv/${HOME}", /httpd takes "\$\{"/],
  ["lighttpd", lighttpdConfiguration, "/srv/back\\slash", /no spelling for a backslash/],
  ["caddy", caddyConfiguration, "/srv/{env.HOME}", /Caddy takes "\{"/],
  ["caddy", caddyConfiguration, "/srv/back\\slash", /a backslash for an escape/],
] as const)("%s isn't told of a folder that it would read otherwise", (_, print, folder, message) => {
  const places = [[folder, `${folder}/`]] as const;
  expect(() => print({ ...USUAL, places })).toThrow(message);
});

it("caddy takes the longer of two prefixes first", () => {
  const places = [
    ["/a", "/_a/"],
    ["/b", "/_a/_b/"],
  ] as const;
  const printed = caddyConfiguration({ ...USUAL, places });
  expect(printed.indexOf("handle_path /_a/_b/*")).toBeLessThan(printed.indexOf("handle_path /_a/*"));
});
