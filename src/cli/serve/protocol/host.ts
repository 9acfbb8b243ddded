import { isAuthority } from "../../../http/authority.ts";

/** The zone of a link-local address, which Node's own client sends. @see RFC 6874 §2 */
const ZONE = /%[\w.~%-]+\](?=(?::\d*)?$)/;

/**
 * Whether a text is the value of a Host field. It is empty where the target has no authority.
 *
 * @see RFC 9112 §3.2
 */
export function isHost(value: string): boolean {
  return value === "" || isAuthority(value.replace(ZONE, "]"));
}
