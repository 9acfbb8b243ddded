import { describe, expect, test } from "vitest";
import type { Site } from "../site.ts";
import { Visitor } from "../visitor.ts";

/** Signing in and out, and forms that others send in one's name. */
export function accounts(site: () => Promise<Site>): void {
  describe("signing in", () => {
    test("fails alike for a wrong password and for nobody", async () => {
      const { port } = await site();
      const stranger = Visitor.stranger(port);
      const tried = ["ada", "eve"].map(async (name) => {
        const response = await stranger.submit("/sign-in", new URLSearchParams({ name, password: "x" }));
        return [response.status, response.headers.get("set-cookie"), await response.text()];
      });
      const [wrong, ...nobody] = await Promise.all(tried);
      expect(wrong?.slice(0, 2)).toEqual([403, null]);
      for (const answer of nobody) expect(answer).toEqual(wrong);
    });

    test("gives a cookie that no script reads, no other site sends and nobody makes up", async () => {
      const { port, application, password } = await site();
      const stranger = Visitor.stranger(port);
      const form = new URLSearchParams({ name: "ada", password });
      const [cookie, ...attributes] = toCookie(await stranger.submit("/sign-in", form));
      expect(attributes).toEqual(expect.arrayContaining(["HttpOnly", "SameSite=Lax", "Path=/"]));
      expect(attributes).not.toContain("Secure");
      const behindTls = Visitor.stranger(application.port);
      const secure = await behindTls.submit("/sign-in", form, { "X-Forwarded-Proto": "https" });
      expect(toCookie(secure)).toContain("Secure");
      const [session = "", signature = ""] = cookie?.slice("session=".length).split(".") ?? [];
      const others = Buffer.from(Buffer.from(session, "base64url").toString().replace("ada", "joan"));
      for (const [value, status] of [
        [`${session}.${signature}`, 200],
        [`${others.toString("base64url")}.${signature}`, 303],
        [`${session}.`, 303],
        [session, 303],
      ] as const) {
        const answer = await stranger.ask("/", { fields: { Cookie: `session=${value}` } });
        expect(answer.status, value).toBe(status);
      }
    });

    test("leads on to where one wanted to go, and never to another site", async () => {
      const { port, password } = await site();
      const stranger = Visitor.stranger(port);
      const wanted = "/documents/00000000-0000-4000-8000-000000000000";
      expect((await stranger.ask(wanted)).field("location")).toBe(
        `/sign-in?to=${encodeURIComponent(wanted)}`,
      );
      const led = [wanted, "//evil.example/documents/1"].map(async (to) => {
        const form = new URLSearchParams({ name: "ada", password, to });
        return (await stranger.submit("/sign-in", form)).headers.get("location");
      });
      expect(await Promise.all(led)).toEqual([wanted, "/"]);
    });

    test("is over everywhere with signing out", async () => {
      const { signIn, signInAnew } = await site();
      const [elsewhere, joan] = [await signIn("joan"), await signInAnew("joan")];
      expect((await elsewhere.ask("/")).status).toBe(200);
      await joan.submit("/sign-out", new URLSearchParams());
      expect((await elsewhere.ask("/")).status).toBe(303);
      expect((await (await signInAnew("joan")).ask("/")).status).toBe(200);
    });
  });

  test("a form on another site's page changes nothing", async () => {
    const { application, port, signIn } = await site();
    const ada = await signIn("ada");
    const target = "/groups/engineering/remove";
    const remove = async (fields: Readonly<Record<string, string>>): Promise<number> =>
      (await ada.submit(target, new URLSearchParams({ member: "grace" }), fields)).status;
    const members = async (): Promise<string> => (await ada.ask("/groups/engineering")).text;

    const here = `http://127.0.0.1:${port}`;
    expect(await remove({ "Sec-Fetch-Site": "cross-site" })).toBe(403);
    expect(await remove({ "Sec-Fetch-Site": "same-site" })).toBe(403);
    expect(await remove({ "Sec-Fetch-Site": "cross-site", Origin: here })).toBe(403);
    // What an old browser says, or one that doesn't trust plain HTTP.
    const old = async (fields: Readonly<Record<string, string>>): Promise<number> =>
      (
        await ada
          .at(application.port)
          .ask(target, { method: "POST", fields: { ...fields, "Content-Length": "0" } })
      ).status;
    expect(await old({ Origin: "http://evil.example" })).toBe(403);
    expect(await old({ Origin: "null" })).toBe(403);
    expect(await old({})).toBe(403);
    expect(await old({ Origin: "http://localhost" })).toBe(303);
    expect(await members()).toContain('value="grace"');

    expect(await remove({})).toBe(303);
    expect(await members()).not.toContain('value="grace"');
    await ada.submit("/groups/engineering/add", new URLSearchParams({ member: "grace" }));
  });
}

function toCookie(response: Response): readonly string[] {
  return response.headers.get("set-cookie")?.split("; ") ?? [];
}
