import { formatHttpDate } from "../http/http-date.ts";
import type { FieldLine } from "../http/request-fields.ts";

/** The Date of an answer that is made now. @param now ms since the epoch. @see RFC 9110 §6.6.1 */
export function dateLine(now: number): FieldLine {
  return ["Date", formatHttpDate(Math.floor(now / 1000))];
}
