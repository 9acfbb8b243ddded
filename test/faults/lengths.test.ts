/* oxlint-disable vitest/no-standalone-expect -- the rule doesn't know the extended `test` of served-test.ts */
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import type { Representation } from "../../src/decision/representation.ts";
import { elsewhere, nginx } from "../../src/deliveries.ts";
import { memory, type Source, stet } from "../../src/index.ts";
import { tar } from "../../src/zip.ts";
import { makeTar, makeTarMember, paxRecords, type TarMember } from "../support/make-tar.ts";
import { RawConnection, type RawHead, requestText } from "../support/raw-connection.ts";
import { test } from "../support/served-test.ts";

/** A source with one file, of which it tells whatever length it is given. */
function sourceOf(representation: Partial<Representation>, bytes?: Uint8Array<ArrayBuffer>): Source {
  const told: Representation = {
    contentCoding: undefined,
    mediaType: "text/plain",
    length: 0,
    acceptRanges: true,
    validators: { entityTag: { opaque: "v1", weak: false }, lastModified: 1_710_064_800 },
    ...representation,
  };
  const open = {
    representation: told,
    ...(bytes !== undefined && { bytes }),
    read: (into: Uint8Array): Promise<number> => Promise.resolve(into.fill(0x61).length),
    close: () => undefined,
  };
  return {
    find: () =>
      Promise.resolve({
        kind: "file",
        variants: [{ contentCoding: undefined }],
        open: () => Promise.resolve(open),
        look: () => Promise.resolve(open),
      }),
  };
}

/** What is wrong with the lengths and positions that a head tells; undefined where they are whole numbers. */
function complaint(head: Pick<RawHead, "field">): string | undefined {
  const length = head.field("content-length");
  if (length !== undefined && !/^(?:0|[1-9][0-9]*)$/.test(length)) return `Content-Length: ${length}`;
  const range = head.field("content-range");
  if (range !== undefined && !/^bytes (?:\*|[0-9]+-[0-9]+)\/[0-9]+$/.test(range))
    return `Content-Range: ${range}`;
  return undefined;
}

const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.nat(100_000),
  fc.double({ min: 0, max: 10_000 }),
  fc.constantFrom(0, -0, -1, 0.5, 600.25, 2 ** 53 - 1, 2 ** 53, 2 ** 64, 1e21, NaN, Infinity, -Infinity),
);

const requests: readonly (readonly [method: string, fields: Record<string, string>])[] = [
  ["HEAD", {}],
  ["GET", { Range: "bytes=0-0" }],
  ["GET", { Range: "bytes=-1" }],
  ["GET", { Range: "bytes=99999999999-" }],
  ["GET", { "If-None-Match": '"v1"' }],
  ["GET", { "If-Match": '"v2"' }],
];

describe("the length that a source tells", () => {
  test("is told as a whole number, or is a 500", async ({ serveApp }) => {
    let length = 0;
    let errors: unknown[] = [];
    const source: Source = { find: (path) => sourceOf({ length }).find(path) };
    const { node } = stet(source, { onError: (error) => errors.push(error) });
    const port = await serveApp((request, response) => void node(request, response));
    await fc.assert(
      fc.asyncProperty(anyNumber, fc.constantFrom(...requests), async (number, [method, fields]) => {
        length = number;
        errors = [];
        const connection = await RawConnection.open(port);
        connection.send(requestText("/file", { method, fields }));
        const head = await connection.head();
        connection.close();
        expect(complaint(head)).toBeUndefined();
        const isLength = Number.isSafeInteger(number) && number >= 0;
        expect([number, head.status === 500, errors.length]).toEqual([number, !isLength, isLength ? 0 : 1]);
      }),
      { numRuns: 300 },
    );
  });

  test("isn't known only where no range is accepted", async ({ serveApp }) => {
    const errors: unknown[] = [];
    const port = await serveApp((request, response) => {
      const source = sourceOf({ length: Infinity, acceptRanges: request.url === "/ranges" });
      void stet(source, { onError: (error) => errors.push(error) }).node(request, response);
    });
    const status = async (target: string): Promise<number> => {
      const connection = await RawConnection.open(port);
      const { status } = await connection.request(target, { method: "HEAD" });
      connection.close();
      return status;
    };
    expect(await status("/stream")).toBe(200);
    expect(errors).toEqual([]);
    expect(await status("/ranges")).toBe(500);
    expect(errors.map(String)).toEqual([expect.stringContaining("acceptRanges: false")]);
  });

  test.for([
    [9, "shorter"],
    [11, "longer"],
  ])(
    "of 10 bytes at hand isn't %i: the next answer would begin in the wrong place",
    async ([length], { serveApp }) => {
      const errors: unknown[] = [];
      const source = sourceOf({ length: length as number }, new TextEncoder().encode("0123456789"));
      const { node } = stet(source, { onError: (error) => errors.push(error) });
      const port = await serveApp((request, response) => void node(request, response));
      const connection = await RawConnection.open(port);
      expect((await connection.request("/file")).status).toBe(500);
      expect((await connection.request("/file")).status).toBe(500);
      connection.close();
      expect(String(errors[0])).toContain("10 bytes");
    },
  );
});

describe("a .tar whose pax header tells a size that is none", () => {
  const second: TarMember = { name: "second.txt", content: "second" };

  function archiveOf(size: string): Buffer {
    const records = makeTarMember({ name: "pax", type: "x", content: paxRecords({ size }) });
    return Buffer.concat([records, makeTar([{ name: "first.txt", content: "a".repeat(600) }, second])]);
  }

  for (const size of ["600.25", "600.", "-600", "1e2", "0x258", " 600", "", "9007199254740993"]) {
    test(`${JSON.stringify(size)}: the archive is refused`, async ({ folder, serveApp }) => {
      await folder.writeOld("site.tar", archiveOf(size));
      const errors: unknown[] = [];
      const { node } = stet(tar(folder.to("site.tar")), { onError: (error) => errors.push(error) });
      const port = await serveApp((request, response) => void node(request, response));
      const connection = await RawConnection.open(port);
      for (const target of ["/first.txt", "/second.txt"]) {
        const response = await connection.request(target);
        expect([target, response.status, complaint(response)]).toEqual([target, 500, undefined]);
      }
      connection.close();
      expect(errors).toHaveLength(2);
    });
  }

  test("a whole number is one", async ({ folder, serveApp }) => {
    await folder.writeOld("site.tar", archiveOf("600"));
    const { node } = stet(tar(folder.to("site.tar")));
    const port = await serveApp((request, response) => void node(request, response));
    const connection = await RawConnection.open(port);
    expect((await connection.request("/first.txt")).field("content-length")).toBe("600");
    connection.close();
  });
});

describe("a length that the application tells", () => {
  for (const length of [600.25, -1, NaN, Infinity, 2 ** 53]) {
    test(`${length}: a 500 for what is elsewhere, an error for send`, async ({ serveApp }) => {
      const errors: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      const remote = stet(
        elsewhere(() => ({ length })),
        { delivery: nginx({ "/": "/_private/" }), onError },
      );
      const { send } = stet(memory({}), { onError });
      const content = { size: length, read: () => new Uint8Array(1) };
      const port = await serveApp((request, response) => {
        if (request.url === "/remote") return void remote.node(request, response);
        send(request, response, content).catch((error: unknown) => {
          onError(error);
          response.writeHead(500).end();
        });
      });
      const connection = await RawConnection.open(port);
      for (const target of ["/remote", "/sent"]) {
        const response = await connection.request(target, { method: "HEAD" });
        expect([target, response.status, complaint(response)]).toEqual([target, 500, undefined]);
      }
      connection.close();
      expect(
        errors.every((error) => error instanceof TypeError && error.message.includes("number of bytes")),
      ).toBe(true);
    });
  }
});
