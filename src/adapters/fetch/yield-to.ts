import { combineFieldLines } from "../../http/field-list.ts";
import { JUDGED } from "../judged-fields.ts";

/**
 * Lets what the application has set of a head before stand, but for what is judged; its Vary is joined with ours, since the
 * answer depends on both. The framework itself then puts the fields that are given over those of the response.
 */
export function yieldTo(given: Headers, response: Response): Response {
  for (const name of JUDGED) given.delete(name);
  const vary = given.get("vary");
  const own = response.headers.get("vary");
  if (vary !== null && own !== null) given.set("vary", combineFieldLines([vary, own]) ?? own);
  return response;
}
