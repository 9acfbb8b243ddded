import { type Browser, chromium } from "playwright-core";
import { findCommand } from "./clients.ts";

/** A machine for tests has no display, no graphics card, and often no user but root; nothing of it is to leave the loopback. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];

/** Starts a Chromium. `requireClients("chromium")` says before whether there is one. */
export function startChromium(): Promise<Browser> {
  const executablePath = findCommand("chromium") ?? "chromium";
  return chromium.launch({ executablePath, args: ["--headless=new", ...FLAGS], timeout: 120_000 });
}
