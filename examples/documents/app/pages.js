import { html } from "./html.js";

const FIELDS = {
  "Content-Type": "text/html; charset=utf-8",
  // After signing out, not even the Back button shows it.
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/**
 * @param {import("express").Response} response
 * @param {number} status
 * @param {string} title
 * @param {import("./html.js").Html} content
 */
export function sendPage(response, status, title, content) {
  /** @type {import("./store.js").User | undefined} */
  const user = response.locals["user"];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} – Documents</title>
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="icon" href="/assets/icon.svg" />
      </head>
      <body>
        <header>
          <a href="/">Documents</a>
          ${user && html`<form method="post" action="/sign-out">${user.name} <button>Sign out</button></form>`}
        </header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
  response.status(status).set(FIELDS).send(String(page));
}

/**
 * The one answer to all that isn't there, and to all that isn't for this reader.
 *
 * @param {import("express").Response} response
 */
export function sendNotFound(response) {
  sendPage(response, 404, "Not here", html`<p>There is nothing here, or nothing that you may see.</p>`);
}
