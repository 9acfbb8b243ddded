import express, { Router } from "express";
import { html } from "./html.js";
import { sendPage } from "./pages.js";
import { isPassword } from "./passwords.js";
import { clearCookie, readCookie, seal, SESSION_TIME, setCookie, unseal } from "./sessions.js";

/**
 * Signing in and out, and who asks: `response.locals.user`, for all that comes after.
 *
 * @param {import("./store.js").Store} store
 * @param {Buffer} secret
 */
export function accounts(store, secret) {
  const router = Router();

  router.use((request, response, next) => {
    const session = unseal(readCookie(request), secret);
    response.locals["user"] = store.data.users.find(
      ({ name, sessions }) => name === session?.user && sessions === session.sessions,
    );
    next();
  });

  router.get("/sign-in", (request, response) => sendSignIn(response, 200, toText(request.query["to"])));

  router.post(
    "/sign-in",
    express.urlencoded({ extended: false, limit: "4kb" }),
    async (request, response) => {
      const { name, password, to } = request.body ?? {};
      const user = store.data.users.find((user) => user.name === name);
      // Whoever tries names learns nothing: neither by the answer nor by its time.
      if (!(await isPassword(toText(password), user?.password)) || user === undefined) {
        return sendSignIn(response, 403, toText(to), "This name and this password don't belong together.");
      }
      const session = { user: user.name, sessions: user.sessions, expires: Date.now() + SESSION_TIME };
      setCookie(response, seal(session, secret));
      response.redirect(303, toOwnPath(toText(to)));
    },
  );

  router.post("/sign-out", async (_request, response) => {
    const name = response.locals["user"]?.name;
    // Everywhere: a cookie that somebody has copied is worth nothing from now on.
    await store.change(({ users }) => {
      for (const user of users) if (user.name === name) user.sessions += 1;
    });
    clearCookie(response);
    response.redirect(303, "/sign-in");
  });

  return router;
}

/**
 * Before all that isn't for everyone. A stranger is asked to sign in wherever he goes, whether there is something or not.
 *
 * @param {import("express").Request} request
 * @param {import("express").Response} response
 * @param {import("express").NextFunction} next
 */
export function requireUser(request, response, next) {
  if (response.locals["user"] !== undefined) next();
  else response.redirect(303, `/sign-in?to=${encodeURIComponent(toOwnPath(request.path))}`);
}

/**
 * @param {import("express").Response} response
 * @param {number} status
 * @param {string} to where the reader wanted to go
 * @param {string} [complaint]
 */
function sendSignIn(response, status, to, complaint) {
  sendPage(
    response,
    status,
    "Sign in",
    html`${complaint && html`<p role="alert">${complaint}</p>`}
      <form method="post" action="/sign-in">
        <input type="hidden" name="to" value="${to}" />
        <label>Name <input name="name" autocomplete="username" required autofocus /></label>
        <label
          >Password <input name="password" type="password" autocomplete="current-password" required
        /></label>
        <button>Sign in</button>
      </form>`,
  );
}

/**
 * A link to us that sends its reader on must not send him to another site.
 *
 * @param {string} path
 */
function toOwnPath(path) {
  return /^\/(?:documents|groups)\/[\w-]+$/.test(path) ? path : "/";
}

/** @param {unknown} value of a field that may be there several times, or not at all */
function toText(value) {
  return typeof value === "string" ? value : "";
}

/**
 * @param {import("express").Response} response of a request that `requireUser` has let through
 * @returns {import("./store.js").User}
 */
export function userOf(response) {
  return response.locals["user"];
}
