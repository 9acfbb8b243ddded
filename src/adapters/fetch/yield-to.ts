import { combineFieldLines } from "../../http/field-list.ts";
import { JOINED, JUDGED } from "../judged-fields.ts";

/**
 * Lets what the application has set of a head before stand, but for what is judged; what both have a part in is joined. The
 * framework itself then puts the fields that are given over those of the response.
 */
export function yieldTo(given: Headers, response: Response): Response {
  for (const name of JUDGED) given.delete(name);
  for (const name of JOINED) {
    const lines = [given.get(name), response.headers.get(name)].filter((line) => line !== null);
    const joined = combineFieldLines(lines);
    if (joined !== undefined) given.set(name, joined);
  }
  return response;
}
