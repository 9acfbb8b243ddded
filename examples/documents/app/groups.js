import express, { Router } from "express";
import { userOf } from "./accounts.js";
import { html } from "./html.js";
import { sendNotFound, sendPage } from "./pages.js";
import { findGroup } from "./permissions.js";

/**
 * @typedef {import("./store.js").Data} Data
 * @typedef {import("./store.js").Group} Group
 */

/**
 * Who is in which group, and so may see its documents.
 *
 * @param {import("./store.js").Store} store
 */
export function groups(store) {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "4kb" });

  router.get("/groups/:name", (request, response) => {
    const group = findGroup(store.data, userOf(response), request.params.name);
    if (group === undefined) return sendNotFound(response);
    sendGroup(response, group, store.data);
  });

  router.post(
    "/groups/:name/add",
    form,
    change((group, member, { users }) => {
      const isNew = users.some(({ name }) => name === member) && !group.members.includes(member);
      if (isNew) group.members.push(member);
    }),
  );

  router.post(
    "/groups/:name/remove",
    form,
    change((group, member) => {
      group.members = group.members.filter((name) => name !== member);
    }),
  );

  /**
   * A handler that lets a group's manager, and nobody else, change it.
   *
   * @param {(group: Group, member: string, data: Data) => void} edit
   * @returns {import("express").RequestHandler}
   */
  function change(edit) {
    return async (request, response) => {
      const user = userOf(response);
      const name = await store.change((data) => {
        const group = findGroup(data, user, request.params["name"]);
        if (group?.manager !== user.name) return undefined;
        edit(group, String(request.body?.member), data);
        return group.name;
      });
      if (name === undefined) return sendNotFound(response);
      response.redirect(303, `/groups/${name}`);
    };
  }

  return router;
}

/**
 * @param {import("express").Response} response
 * @param {Group} group
 * @param {Data} data
 */
function sendGroup(response, { name, manager, members }, { users }) {
  const manages = userOf(response).name === manager;
  const others = users.filter(({ name }) => name !== manager && !members.includes(name));
  const content = html`
    <p>${manager} says who is in it.</p>
    <ul>
      ${members.map(
        (member) => html`
          <li>
            ${member}
            ${manages && toForm(name, "remove", html`<button name="member" value="${member}">Remove</button>`)}
          </li>
        `,
      )}
    </ul>
    ${
      manages &&
      toForm(
        name,
        "add",
        html`<select name="member">
            ${others.map(({ name }) => html`<option>${name}</option>`)}
          </select>
          <button>Add</button>`,
      )
    }
  `;
  sendPage(response, 200, name, content);
}

/**
 * @param {string} group
 * @param {"add" | "remove"} change
 * @param {import("./html.js").Html} content
 */
function toForm(group, change, content) {
  return html`<form method="post" action="/groups/${group}/${change}">${content}</form>`;
}
