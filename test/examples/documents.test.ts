import { afterAll, beforeEach, describe } from "vitest";
import { requireClients } from "../support/clients.ts";
import { DELIVERIES } from "./deliveries.ts";
import { type Site, startSite } from "./site.ts";
import { accounts } from "./suites/accounts.ts";
import { delivery } from "./suites/delivery.ts";
import { downloads } from "./suites/downloads.ts";
import { inBrowser } from "./suites/in-browser.ts";
import { permissions } from "./suites/permissions.ts";
import { LARGEST, uploads } from "./suites/uploads.ts";

describe.each(DELIVERIES)("the documents example, its files sent by $name", (chosen) => {
  let started: Promise<Site> | undefined;
  /** Started by the first test: where a command is missing there is none. */
  const site = (): Promise<Site> => (started ??= startSite(chosen, { LARGEST_UPLOAD: String(LARGEST) }));

  beforeEach(requireClients(...chosen.commands));
  afterAll(async () => {
    await (await started)?.stop();
  });

  delivery(site, chosen);
  permissions(site);
  accounts(site);
  uploads(site);
  downloads(site);
  if (chosen.inBrowser === true) inBrowser(site);
});
