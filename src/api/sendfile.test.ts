import { mkdtemp, rm, symlink, utimes, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendfile } from "./sendfile.ts";

let folder: string;
const request = (headers = {}, method = "GET"): Request =>
  new Request("http://localhost/any", { method, headers });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stet-sendfile-"));
  await mkdir(join(folder, "root"));
  await writeFile(join(folder, "root", "report.pdf"), "the report");
  await utimes(join(folder, "root", "report.pdf"), 1_577_836_800.5, 1_577_836_800.5);
  await writeFile(join(folder, "secret.txt"), "secret");
  await symlink(join(folder, "secret.txt"), join(folder, "root", "link.txt"));
  await writeFile(join(folder, "root", ".hidden"), "named by the application");
});

afterAll(() => rm(folder, { recursive: true }));

describe("sendfile", () => {
  it("sends the whole file with its Last-Modified", async () => {
    const response = await sendfile(request(), join(folder, "root", "report.pdf"));
    expect(response.status).toBe(200);
    expect(response.headers.get("Last-Modified")).toBe("Wed, 01 Jan 2020 00:00:00 GMT");
    expect(response.headers.get("Content-Type")).toBe("application/pdf");
    expect(await response.text()).toBe("the report");
  });

  it("answers 304 where the copy still stands, though the file's time has a fraction", async () => {
    const headers = { "If-Modified-Since": "Wed, 01 Jan 2020 00:00:00 GMT" };
    const response = await sendfile(request(headers), join(folder, "root", "report.pdf"));
    expect(response.status).toBe(304);
    expect(response.headers.get("Content-Type")).toBeNull();
  });

  it("honours the length that an old client sends along", async () => {
    const status = async (length: number): Promise<number> => {
      const headers = { "If-Modified-Since": `Wed, 01 Jan 2020 00:00:00 GMT; length=${length}` };
      return (await sendfile(request(headers), join(folder, "root", "report.pdf"))).status;
    };
    expect(await status(10)).toBe(304);
    expect(await status(11)).toBe(200);
  });

  it("answers 404 for what isn't there, 405 for another method", async () => {
    expect((await sendfile(request(), join(folder, "missing"))).status).toBe(404);
    expect((await sendfile(request(), join(folder, "missing", "deeper"))).status).toBe(404);
    expect((await sendfile(request(), folder)).status).toBe(404);
    expect((await sendfile(request({}, "POST"), join(folder, "root", "report.pdf"))).status).toBe(405);
  });

  it("keeps to the root where one is given", async () => {
    const root = join(folder, "root");
    expect((await sendfile(request(), "report.pdf", { root })).status).toBe(200);
    expect((await sendfile(request(), join(root, "report.pdf"), { root })).status).toBe(200);
    for (const filename of ["../secret.txt", "link.txt", "/etc/passwd", join(folder, "secret.txt"), ""]) {
      expect((await sendfile(request(), filename, { root })).status, filename).toBe(404);
    }
  });

  it("trusts the application's word without a root", async () => {
    expect(await (await sendfile(request(), join(folder, "root", "link.txt"))).text()).toBe("secret");
    expect((await sendfile(request(), join(folder, "root", ".hidden"))).status).toBe(200);
  });

  it("names the file for saving", async () => {
    const response = await sendfile(request(), join(folder, "root", "report.pdf"), { as: 'a"b\r\n.pdf' });
    expect(response.headers.get("Content-Disposition")).toMatch(/^attachment; filename="a[^\r\n]*"/);
  });

  it.each<[unknown, RegExp]>([
    [{ root: undefined }, /"root" is a folder.*not undefined: leave it out/],
    [{ root: null }, /"root" is a folder.*not null: leave it out/],
    [{ root: "" }, /"root" is a folder.*not "": leave it out/],
    [{ rot: "/srv" }, /no option "rot".*root/],
    [null, /options are an object/],
  ])("refuses %j, so that a lost root never means trust", async (options, message) => {
    const sent = sendfile(request(), join(folder, "root", "report.pdf"), options as never);
    await expect(sent).rejects.toThrow(TypeError);
    await expect(sent).rejects.toThrow(message);
  });

  it.each([undefined, null, 5])("refuses the filename %j", async (filename) => {
    await expect(sendfile(request(), filename as never)).rejects.toThrow(/filename is a path/);
  });

  it.skipIf(process.platform === "win32").each(["a\u0007b", "a\\b"])("can't send %j", async (name) => {
    await writeFile(join(folder, "root", name), "never sent");
    expect((await sendfile(request(), join(folder, "root", name))).status).toBe(404);
  });

  it("says what to do about a root that is no folder", async () => {
    await expect(sendfile(request(), "x", { root: join(folder, "nowhere") })).rejects.toThrow(/create it/);
  });
});
