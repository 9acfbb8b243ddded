import { readdir } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { noise } from "../../support/clients-files.ts";
import { RawConnection, requestText } from "../../support/raw-connection.ts";
import type { Site } from "../site.ts";
import { PATIENCE } from "../visitor.ts";

/** Bytes. */
export const LARGEST = 25_000_000;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const HOSTILE = [
  "../../../evil.pdf",
  "..\\..\\evil.pdf",
  "/etc/passwd",
  "store.json",
  ".htaccess",
  "con",
  "…/ naïve – 日本語 🎈.txt",
  '"><img src=x onerror=alert(1)>.pdf',
  "a\u202Efdp.exe",
  `${"long ".repeat(1000)}.pdf`,
  "100% & sure;?#.pdf",
];

/** What strangers may bring. */
export function uploads(site: () => Promise<Site>): void {
  describe("an upload", () => {
    test("comes back as it was, whatever it is called", async () => {
      const { data, signIn } = await site();
      const ada = await signIn("ada");
      for (const [index, title] of HOSTILE.entries()) {
        const content = noise(1000, `upload ${index}`);
        const document = await ada.upload(title, content, "engineering");
        expect((await ada.ask(document)).text, title).not.toContain("<img src=x");
        const download = await ada.ask(`${document}/download`);
        expect(download.content, title).toEqual(content);
        expect(download.field("content-disposition"), title).toMatch(/^attachment; filename="[^"\\/]+"/);
        expect(download.field("cache-control"), title).toBe("private, no-cache");
      }
      // While a download is counted, there is a `store.json.next`.
      await vi.waitFor(async () => {
        const kept = await readdir(data.path, { recursive: true });
        const names = kept.filter((name) => !UUID.test(name.replace(/^files\//, "")));
        expect(names.toSorted()).toEqual(["files", "secret", "store.json", "uploads"]);
      }, PATIENCE);
    });

    test("of the same name takes nobody's place", async () => {
      const { signIn } = await site();
      const [ada, grace] = await Promise.all([signIn("ada"), signIn("grace")]);
      const first = await ada.upload("Plan.pdf", "first", "engineering");
      const second = await grace.upload("Plan.pdf", "second", "engineering");
      expect((await ada.ask(`${first}/download`)).text).toBe("first");
      expect((await ada.ask(`${second}/download`)).text).toBe("second");
    });

    test("runs nowhere: what it says of its type isn't asked", async () => {
      const { signIn } = await site();
      const ada = await signIn("ada");
      for (const [title, type] of [
        ["page.html", "text/html"],
        ["image.svg", "image/svg+xml"],
        ["page", "text/html"],
      ] as const) {
        const page = new File(["<script>alert(1)</script>"], title, { type });
        const view = await ada.ask(`${await ada.upload(title, page, "engineering")}/view`);
        expect(view.status).toBe(200);
        expect(view.field("content-type")).toBe("application/octet-stream");
        expect(view.field("content-disposition")).toMatch(/^attachment/);
        expect(view.field("x-content-type-options")).toBe("nosniff");
        expect(view.field("content-security-policy")).toContain("default-src 'none'");
      }
    });

    test("for a group of others is refused, as for a group that isn't", async () => {
      const { data, signIn } = await site();
      const joan = await signIn("joan");
      const before = await readdir(data.to("files"));
      const refused = ["engineering", "nothing", "__proto__"].map(async (group) => {
        const response = await joan.submit("/documents", toForm(group, "x.pdf", "x"));
        return [response.status, await response.text()];
      });
      const [first, ...others] = await Promise.all(refused);
      expect(first?.[0]).toBe(403);
      for (const other of others) expect(other).toEqual(first);
      expect(await readdir(data.to("files"))).toEqual(before);
    });

    test("that is none is refused, and leaves nothing", async () => {
      const { data, signIn } = await site();
      const ada = await signIn("ada");
      const multipart = { "Content-Type": "multipart/form-data; boundary=b" };
      const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n';
      const statusOf = async (
        body: URLSearchParams | FormData | Uint8Array<ArrayBuffer>,
        fields: Readonly<Record<string, string>> = {},
      ): Promise<number> => (await ada.submit("/documents", body, fields)).status;
      expect(await statusOf(new URLSearchParams({ group: "engineering" }))).toBe(400);
      expect(await statusOf(toForm("engineering", "", ""))).toBe(400);
      expect(await statusOf(Buffer.from(`${part}cut`), multipart)).toBe(400);
      expect(await statusOf(Buffer.from("nothing of a form"), multipart)).toBe(400);
      expect(await readdir(data.to("uploads"))).toEqual([]);
    });

    test("that is too large is refused, and leaves nothing", async () => {
      const { application, data, signIn } = await site();
      // Straight to the application, for what stands in front has a limit of its own.
      const ada = (await signIn("ada")).at(application.port);
      const statusOf = async (length: number): Promise<number> =>
        (await ada.submit("/documents", toForm("engineering", "x.bin", new Uint8Array(length)))).status;
      expect(await statusOf(LARGEST + 1)).toBe(413);
      expect(await readdir(data.to("uploads"))).toEqual([]);
      expect(await statusOf(LARGEST)).toBe(303);
    });

    test("whose sender goes away leaves nothing", async () => {
      const { application, data, signIn } = await site();
      const { fields } = await signIn("ada");
      const connection = await RawConnection.open(application.port);
      const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n';
      const own = {
        Origin: "http://localhost",
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": "100000",
      };
      connection.send(
        requestText("/documents", { method: "POST", fields: { ...fields, ...own } }),
        part,
        "some",
      );
      await vi.waitFor(async () => expect(await readdir(data.to("uploads"))).toHaveLength(1), PATIENCE);
      connection.close();
      await vi.waitFor(async () => expect(await readdir(data.to("uploads"))).toEqual([]), PATIENCE);
      expect(application.said()).not.toContain("Error");
    });
  });
}

function toForm(group: string, title: string, content: BlobPart): FormData {
  const form = new FormData();
  form.set("group", group);
  form.set("file", new File([content], title));
  return form;
}
