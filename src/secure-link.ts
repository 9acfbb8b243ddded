export {
  secureLink,
  type SecureLink,
  type SecureLinkOptions,
  type SecureLinkSignOptions,
} from "./access/secure-link.ts";
