import { describe, expect, test, vi } from "vitest";
import { noise } from "../../support/clients-files.ts";
import type { Site } from "../site.ts";
import { PATIENCE, type Visitor } from "../visitor.ts";

const LENGTH = 400_000;

/** What counts as one download. */
export function downloads(site: () => Promise<Site>): void {
  describe("a download counts once", () => {
    test("of a video that is asked for in forty ranges", async () => {
      const { ada, grace, document } = await toDocument("Film.mp4");
      const step = LENGTH / 40;
      for (let at = 0; at < LENGTH; at += step) {
        const fields = { Range: `bytes=${at}-${at + step - 1}` };
        expect((await grace.ask(`${document}/view`, { fields })).status).toBe(206);
      }
      await expectCount(1, ada, document);
    });

    test("that was cut and is resumed", async () => {
      const { ada, grace, document } = await toDocument("Archive.zip");
      const connection = await grace.begin(`${document}/download`);
      await connection.head();
      connection.close();
      const resumed = await grace.ask(`${document}/download`, { fields: { Range: `bytes=${LENGTH / 2}-` } });
      expect(resumed.status).toBe(206);
      await expectCount(1, ada, document);
    });

    test("for each reader", async () => {
      const { ada, grace, document } = await toDocument("Notes.pdf");
      for (const reader of [ada, grace, ada, grace]) {
        expect((await reader.ask(`${document}/download`)).status).toBe(200);
      }
      await expectCount(2, ada, document);
    });

    test("and a HEAD, a 304 and a refusal count nothing", async () => {
      const { ada, grace, document } = await toDocument("Report.pdf");
      await grace.ask(`${document}/download`, { method: "HEAD" });
      expect((await grace.ask(`${document}/view`, { fields: { "If-None-Match": "*" } })).status).toBe(304);
      expect((await grace.ask(`${document}/view`, { fields: { Range: "bytes=9999999-" } })).status).toBe(416);
      await expectCount(0, ada, document);
    });
  });

  async function toDocument(title: string): Promise<{ ada: Visitor; grace: Visitor; document: string }> {
    const { signIn } = await site();
    const [ada, grace] = await Promise.all([signIn("ada"), signIn("grace")]);
    return { ada, grace, document: await ada.upload(title, noise(LENGTH, title), "engineering") };
  }

  async function expectCount(count: number, ada: Visitor, document: string): Promise<void> {
    // What is counted last: when it is, all before it are.
    const last = await ada.upload("Last.pdf", "%PDF", "engineering");
    await ada.ask(`${last}/download`);
    await vi.waitFor(async () => expect(await ada.downloadsOf(last)).toBe(1), PATIENCE);
    expect(await ada.downloadsOf(document)).toBe(count);
  }
}
