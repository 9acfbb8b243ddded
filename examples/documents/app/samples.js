import { randomBytes, randomUUID } from "node:crypto";
import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashPassword } from "./passwords.js";

const SAMPLES = [
  { title: "Welcome.pdf", owner: "ada", group: "engineering" },
  { title: "Test card.mp4", owner: "ada", group: "engineering" },
  { title: "Budget.csv", owner: "joan", group: "accounts" },
];

/**
 * Some users, groups and documents to begin with. The password is drawn anew and told once, so that nothing that anybody
 * could know is ever deployed.
 *
 * @param {string} folder where the files belong
 * @returns {Promise<import("./store.js").Data>}
 */
export async function toSamples(folder) {
  const password = randomBytes(9).toString("base64url");
  const names = ["ada", "grace", "joan"];
  console.log(`sample users: ${names.join(", ")}, each with the password ${password} (it is told this once)`);
  const hashed = await hashPassword(password);
  return {
    users: names.map((name) => ({ name, password: hashed, sessions: 0 })),
    groups: [
      { name: "engineering", manager: "ada", members: ["grace"] },
      { name: "accounts", manager: "joan", members: [] },
    ],
    documents: await Promise.all(SAMPLES.map((sample) => toDocument(sample, folder))),
  };
}

/**
 * @param {(typeof SAMPLES)[number]} sample
 * @param {string} folder
 */
async function toDocument({ title, owner, group }, folder) {
  const id = randomUUID();
  const file = join(folder, id);
  await copyFile(new URL(`../samples/${encodeURIComponent(title)}`, import.meta.url), file);
  const { size: bytes } = await stat(file);
  return { id, title, owner, group, bytes, uploaded: new Date().toISOString(), downloads: 0 };
}
