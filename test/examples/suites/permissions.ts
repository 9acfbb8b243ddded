import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import type { Fields, RawRequest, RawResponse } from "../../support/raw-connection.ts";
import type { Site } from "../site.ts";
import { Visitor } from "../visitor.ts";

/** There is no document of this id. */
const MISSING = "/documents/00000000-0000-4000-8000-000000000000";

/** Who may have what, and what others learn of it. */
export function permissions(site: () => Promise<Site>): void {
  describe("who may not have a document", () => {
    test("can't tell it from a missing one, whatever he asks and knows", async () => {
      const { port, signIn } = await site();
      const [ada, grace, joan] = await Promise.all([signIn("ada"), signIn("grace"), signIn("joan")]);
      const document = await ada.find("Test card.mp4");
      const copy = await grace.askWhenOld(`${document}/view`);
      const revalidated = { fields: { "If-None-Match": copy.field("etag") ?? "" } };
      expect((await grace.ask(`${document}/view`, revalidated)).status).toBe(304);

      await ada.submit("/groups/engineering/remove", new URLSearchParams({ member: "grace" }));
      const visitors = {
        "a stranger": Visitor.stranger(port),
        "another group's": joan,
        "a former one": grace,
      };
      for (const [name, visitor] of Object.entries(visitors)) {
        for (const part of ["", "/view"]) {
          for (const request of whatOneMayTry(copy)) {
            const said = `${name}: ${request.method} ${document + part} ${JSON.stringify(request.fields)}`;
            const told = await visitor.ask(document + part, request);
            expect(shapeOf(told), said).toEqual(shapeOf(await visitor.ask(MISSING + part, request)));
            expect(told.status, said).toBe(statusFor(request, visitor.fields));
          }
        }
      }
      await ada.submit("/groups/engineering/add", new URLSearchParams({ member: "grace" }));
      expect((await grace.ask(`${document}/view`, revalidated)).status).toBe(304);
    });

    test("isn't answered by what is on the disk", async () => {
      const { data, signIn } = await site();
      const [ada, joan] = await Promise.all([signIn("ada"), signIn("joan")]);
      const document = await ada.upload("soon gone.pdf", "%PDF", "engineering");
      const before = await joan.ask(`${document}/view`);
      await rm(data.to(`files/${basename(document)}`));
      expect(shapeOf(await joan.ask(`${document}/view`))).toEqual(shapeOf(before));
      expect((await ada.ask(`${document}/view`)).status).toBe(404);
    });

    test("doesn't see it in the list", async () => {
      const { signIn } = await site();
      const { text } = await (await signIn("joan")).ask("/");
      expect(text).toContain("Budget.csv");
      expect(text).not.toMatch(/Welcome|Test card|engineering/);
    });
  });

  test("who isn't in a group can't tell it from a missing one", async () => {
    const { signIn } = await site();
    const joan = await signIn("joan");
    for (const name of ["engineering", "nothing", "__proto__"]) {
      const page = await joan.ask(`/groups/${name}`);
      expect(page.status).toBe(404);
      expect(shapeOf(page)).toEqual(shapeOf(await joan.ask(MISSING)));
    }
  });

  test("nobody but its manager changes a group", async () => {
    const { signIn } = await site();
    const [ada, grace, joan] = await Promise.all([signIn("ada"), signIn("grace"), signIn("joan")]);
    const before = await ada.ask("/groups/engineering");
    for (const visitor of [grace, joan]) {
      for (const change of ["add", "remove"]) {
        for (const member of ["grace", "joan"]) {
          const form = new URLSearchParams({ member });
          expect((await visitor.submit(`/groups/engineering/${change}`, form)).status).toBe(404);
        }
      }
    }
    expect(shapeOf(await ada.ask("/groups/engineering"))).toEqual(shapeOf(before));
  });

  test("no spelling of a path leads to a document or to what the application keeps", async () => {
    const { signIn } = await site();
    const ada = await signIn("ada");
    const document = await ada.find("Welcome.pdf");
    for (const path of [
      "/documents/../store.json",
      "/documents/..%2fstore.json/view",
      "/documents/..%2f..%2fsecret/download",
      "/documents/%00/view",
      "/documents/__proto__/view",
      "/files/",
      "/_files/",
      `/_files/${basename(document)}`,
      "/store.json",
      "/assets/../server.js",
      "/assets/..%2fserver.js",
    ]) {
      expect((await ada.ask(path)).status, path).toBeGreaterThanOrEqual(400);
    }
  });
}

/** Every question whose answer could give away that there is something, with the right validators in hand. */
function whatOneMayTry(copy: RawResponse): readonly (RawRequest & { method: string })[] {
  const [entityTag = "", lastModified = ""] = [copy.field("etag"), copy.field("last-modified")];
  const fields: readonly Fields[] = [
    {},
    { "If-None-Match": entityTag },
    { "If-None-Match": "*" },
    { "If-None-Match": '"another"' },
    { "If-Match": entityTag },
    { "If-Match": '"another"' },
    { "If-Modified-Since": lastModified },
    { "If-Unmodified-Since": lastModified },
    { "If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT" },
    { Range: "bytes=0-9" },
    { Range: "bytes=99999999-" },
    { Range: "bytes=0-1,5-6" },
    { Range: "bytes=0-9", "If-Range": entityTag },
    { Range: "bytes=0-9", "If-Range": lastModified },
    { Range: "bytes=0-9", "If-None-Match": entityTag },
    { "Accept-Encoding": "identity;q=0" },
    { Accept: "application/pdf" },
  ];
  const asked = ["GET", "HEAD"].flatMap((method) => fields.map((fields) => ({ method, fields })));
  const changing = ["POST", "PUT", "DELETE", "PATCH"].map((method) => ({
    method,
    fields: { "Sec-Fetch-Site": "same-origin", "Content-Length": "0" },
  }));
  return [...asked, ...changing, { method: "OPTIONS" }];
}

function statusFor({ method }: RawRequest, { Cookie }: Readonly<Record<string, string>>): number {
  if (Cookie === undefined) return 303;
  return method === "OPTIONS" ? 200 : 404;
}

/** All of an answer but its time, and but the id that was asked for. */
function shapeOf({ status, head, text }: RawResponse): unknown {
  const withoutId = (text: string): string => text.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, "(id)");
  const lines = head.lines.filter(([name]) => name !== "date");
  return { status, lines: lines.map(([name, value]) => [name, withoutId(value)]), text: withoutId(text) };
}
