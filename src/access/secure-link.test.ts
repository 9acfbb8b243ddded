import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { secureLink } from "../secure-link.ts";

const secret = "wLzT7mZ0c1fQ9y3kXnB5vRjH2aUeG8sDpKoI6tYhM4E=";
const expires = new Date("2099-01-01T00:00:00Z");
const SECONDS = 4_070_908_800;

describe("a link that nginx checks", () => {
  test("has the MD5 of the expression, with the path as nginx decodes it", () => {
    const text = `${secret} ${SECONDS} /a b/é.pdf ${secret}`;
    const md5 = createHash("md5").update(text).digest("base64url");
    expect(secureLink({ secret }).sign("/a b/é.pdf", { expires })).toBe(
      `/a%20b/%C3%A9.pdf?md5=${md5}&expires=${SECONDS}`,
    );
  });

  test("comes with the lines for nginx", () => {
    expect(secureLink({ secret }).configuration).toBe(
      [
        "secure_link $arg_md5,$arg_expires;",
        `secure_link_md5 "${secret} $secure_link_expires $uri ${secret}";`,
        'if ($secure_link != "1") { return 403; }',
      ].join("\n"),
    );
  });
});

describe("what means nothing is told", () => {
  test.for<readonly [options: object, message: string]>([
    [{ secret: "short" }, 'The option "secret" has 5 bytes; it must have at least 32'],
    [{ secret: "abcd".repeat(10) }, "repeats itself"],
    [{}, "is text or a Uint8Array, not undefined"],
    [{ secret: new TextEncoder().encode(secret) }, 'text of letters, digits and any of "+/=_-"'],
    [{ secret: `${secret}$uri` }, 'text of letters, digits and any of "+/=_-"'],
    [{ secret: `${secret}"; return 200 "` }, 'text of letters, digits and any of "+/=_-"'],
    [{ secret, expression: '"$secret $secure_link_expires $uri"' }, "without quotes or backslashes"],
    [{ secret, expression: "$secret $uri" }, "doesn't name $secure_link_expires"],
    [{ secret, expression: "$secret $secure_link_expires" }, "doesn't name $uri"],
    [{ secret, expression: "$secure_link_expires $uri" }, "doesn't name $secret"],
    [{ secret, expression: "$secret$secure_link_expires$uri$arg_x" }, "names $arg_x, which isn't known"],
    [{ secret, expression: "$secret$secure_link_expires$uri $" }, "names $, which isn't known"],
    [{ secret, md5: "x" }, 'There is no option "md5"'],
  ])("%j", ([options, message]) => {
    const make = (): unknown => secureLink(options as { secret: string });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  test.for<readonly [path: string, options: object, message: string]>([
    ["/a", {}, "Say when the link is over"],
    ["a", { expires }, 'begins with "/"'],
    ["/a/../b", { expires }, "a dot segment"],
    ["/a", { expires, clientAddress: "127.0.0.1" }, "doesn't name $remote_addr"],
    ["/a", { expires, network: "127.0.0.0/8" }, 'There is no option "network"'],
  ])("%s %j", ([path, options, message]) => {
    expect(() => secureLink({ secret }).sign(path, options)).toThrow(message);
  });

  test.for([undefined, "", "127.0.0.0/8", "localhost"])("the client's address %s", (clientAddress) => {
    const links = secureLink({ secret, expression: "$secret $secure_link_expires $remote_addr $uri" });
    expect(() => links.sign("/a", { expires, clientAddress })).toThrow("give the client's address");
  });
});
