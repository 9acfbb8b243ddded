export type { LinkKey } from "./access/links/link-keys.ts";
export type { LinkRequest } from "./access/links/link-request.ts";
export type { SignOptions } from "./access/links/sign-options.ts";
export {
  type LinkRefusal,
  type RefusedLink,
  signedLinks,
  type SignedLinks,
  type SignedLinksOptions,
  type ValidLink,
  type VerifiedLink,
  type VerifyOptions,
} from "./access/links/signed-links.ts";
