import { userOf } from "./accounts.js";
import { html } from "./html.js";
import { toKind } from "./kinds.js";
import { sendPage } from "./pages.js";
import { documentsOf, groupsOf } from "./permissions.js";

/**
 * @param {import("express").Response} response
 * @param {import("./store.js").Data} data
 */
export function sendList(response, data) {
  const user = userOf(response);
  const groups = groupsOf(data, user);
  const content = html`
    <table>
      <thead>
        <tr>
          <th>Title</th>
          <th>Group</th>
          <th>Owner</th>
          <th>Downloads</th>
        </tr>
      </thead>
      <tbody>
        ${documentsOf(data, user).map(toRow)}
      </tbody>
    </table>
    <h2>Upload</h2>
    <form method="post" action="/documents" enctype="multipart/form-data">
      <label>
        For the group
        <select name="group">
          ${groups.map(({ name }) => html`<option>${name}</option>`)}
        </select>
      </label>
      <label>File <input type="file" name="file" required /></label>
      <button>Upload</button>
    </form>
    <h2>Your groups</h2>
    <ul>
      ${groups.map(({ name }) => html`<li><a href="/groups/${name}">${name}</a></li>`)}
    </ul>
  `;
  sendPage(response, 200, "Documents", content);
}

/** @param {import("./store.js").Document} document */
function toRow({ id, title, group, owner, downloads }) {
  return html`
    <tr>
      <td><a href="/documents/${id}">${title}</a></td>
      <td>${group}</td>
      <td>${owner}</td>
      <td>${downloads}</td>
    </tr>
  `;
}

/**
 * @param {import("express").Response} response
 * @param {import("./store.js").Document} document
 */
export function sendDocument(response, { id, title, owner, group, bytes, uploaded, downloads }) {
  const content = html`
    ${toView(title, `/documents/${id}/view`)}
    <p><a href="/documents/${id}/download">Download</a> (${bytes.toLocaleString("en")} bytes)</p>
    <p>From ${owner}, for the group ${group}, since ${uploaded.slice(0, 10)}.</p>
    <p>Downloads: <output>${downloads}</output></p>
  `;
  sendPage(response, 200, title, content);
}

/**
 * @param {string} title
 * @param {string} view
 */
function toView(title, view) {
  switch (toKind(title).shown) {
    case "image":
      return html`<img src="${view}" alt="" />`;
    case "video":
      return html`<video src="${view}" controls preload="metadata"></video>`;
    case "page":
      return html`<p><a href="${view}">Open</a></p>`;
    default:
      return undefined;
  }
}
