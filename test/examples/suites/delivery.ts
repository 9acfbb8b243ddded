import { basename } from "node:path";
import { expect, test, vi } from "vitest";
import { request } from "../../support/raw-connection.ts";
import type { Delivery } from "../deliveries.ts";
import { readSample, type Site } from "../site.ts";
import { PATIENCE } from "../visitor.ts";

/** That the one setting does what it says. */
export function delivery(site: () => Promise<Site>, { front }: Delivery): void {
  const order = front?.order;

  test("its files leave as the setting says, and come as they are", async () => {
    const { application, signIn } = await site();
    const ada = await signIn("ada");
    for (const title of ["Test card.mp4", "Welcome.pdf"]) {
      const view = `${await ada.find(title)}/view`;
      // As the application itself says it, where nobody stands in front.
      await vi.waitFor(async () => {
        const { head, content } = await request(application.port, view, { fields: ada.fields });
        expect(order === undefined || head.field(order)?.endsWith(basename(await ada.find(title)))).toBe(
          true,
        );
        expect(content.length === 0).toBe(order !== undefined);
      }, PATIENCE);
      const { content, head } = await ada.ask(view);
      expect(content).toEqual(await readSample(title));
      expect(head.field(order ?? "x-accel-redirect")).toBeUndefined();
    }
  });
}
