/** A piece of HTML, as it is to be sent. */
export class Html {
  #text;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
  }

  toString() {
    return this.#text;
  }
}

/** @typedef {string | number | Html | readonly Html[] | false | undefined} Content false and undefined for nothing */

/**
 * HTML in which whatever is put in is shown as text, unless it is HTML of this function's own.
 *
 * @param {TemplateStringsArray} pieces
 * @param {...Content} contents
 */
export function html(pieces, ...contents) {
  return new Html(String.raw({ raw: pieces }, ...contents.map(toText)));
}

/**
 * @param {Content} content
 * @returns {string}
 */
function toText(content) {
  if (content === false || content === undefined) return "";
  if (content instanceof Html) return content.toString();
  if (typeof content === "object") return content.map(toText).join("");
  return String(content).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
