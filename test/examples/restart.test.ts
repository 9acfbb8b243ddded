import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { Folder } from "../support/folder.ts";
import { startApplication } from "./application.ts";
import { Visitor } from "./visitor.ts";

test("what the documents example knows outlives it, and what it had half received doesn't", async () => {
  const data = await Folder.make();
  const first = await startApplication(data, {});
  const password = /with the password (\S+)/.exec(first.said())?.[1] ?? "";
  const ada = await Visitor.signIn(first.port, "ada", password);
  const document = await ada.upload("Minutes.txt", "Kept.", "engineering");
  await first.stop();
  await data.write("uploads/half", "half of a file");

  const second = await startApplication(data, {});
  expect(second.said()).not.toContain("password");
  const again = await Visitor.signIn(second.port, "ada", password);
  expect((await again.ask(`${document}/download`)).text).toBe("Kept.");
  expect(await again.find("Minutes.txt")).toBe(document);
  expect(await readdir(data.to("uploads"))).toEqual([]);
  await second.stop();
  await data.remove();
});
