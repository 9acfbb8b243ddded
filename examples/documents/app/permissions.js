/**
 * @typedef {import("./store.js").Data} Data
 * @typedef {import("./store.js").Document} Document
 * @typedef {import("./store.js").Group} Group
 * @typedef {import("./store.js").User} User
 */

/**
 * The one way to a document. Undefined is all that there is for one that isn't there and for one that this user may not
 * see: whoever calls can't tell them apart, and so neither can the user.
 *
 * @param {Data} data
 * @param {User} user
 * @param {unknown} id
 * @returns {Document | undefined}
 */
export function findDocument(data, user, id) {
  return documentsOf(data, user).find((document) => document.id === id);
}

/**
 * @param {Data} data
 * @param {User} user
 */
export function documentsOf(data, user) {
  const groups = new Set(groupsOf(data, user).map(({ name }) => name));
  return data.documents.filter(({ owner, group }) => owner === user.name || groups.has(group));
}

/**
 * The one way to a group, likewise.
 *
 * @param {Data} data
 * @param {User} user
 * @param {unknown} name
 * @returns {Group | undefined}
 */
export function findGroup(data, user, name) {
  return groupsOf(data, user).find((group) => group.name === name);
}

/**
 * @param {Data} data
 * @param {User} user
 */
export function groupsOf(data, { name }) {
  return data.groups.filter(({ manager, members }) => manager === name || members.includes(name));
}
