// A worker, as Cloudflare's workerd runs it: see examples/README.md for how it is bundled and started.

import { memory, stet } from "stet";
import budget from "../documents/samples/Budget.csv";
import page from "../sample/index.html";
import mark from "../sample/mark.svg";
import notes from "../sample/notes.txt";
import style from "../sample/style.css";

// A worker has no files: the bundler puts what they hold into the module, as text.
const assets = stet(
  memory({ "index.html": page, "mark.svg": mark, "notes.txt": notes, "style.css": style }),
  { prefix: "/assets" },
);

const documents = stet(memory({ "Budget.csv": budget }), {
  // They are for one reader: what caches for several may not keep them.
  cacheControl: "private, no-cache",
  onDelivered: ({ status, path, bytes }) => console.log(`${status} ${path}: ${bytes} bytes`),
});

export default {
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname !== "/documents/budget") return assets.fetch(request, notFound);
    // Your own check stands here: stet sends what you have let through.
    if (request.headers.get("Authorization") !== "Bearer let-me-in") {
      return new Response(null, { status: 403 });
    }
    return documents.send(request, "Budget.csv", { as: "Budget 2026.csv" });
  },
};

function notFound() {
  return new Response("Nothing here.\n", { status: 404 });
}
