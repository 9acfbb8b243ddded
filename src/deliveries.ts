export { type DeliveryChoice, simple, stream, zeroCopy } from "./deliveries/choice.ts";
export type { Front, FrontName, HandedFile, Order } from "./deliveries/front.ts";
export { apache } from "./deliveries/fronts/apache.ts";
export { caddy } from "./deliveries/fronts/caddy.ts";
export { lighttpd } from "./deliveries/fronts/lighttpd.ts";
export type { Mapping } from "./deliveries/fronts/mapping.ts";
export { nginx } from "./deliveries/fronts/nginx.ts";
export { redirect, type ToUrl } from "./deliveries/fronts/redirect.ts";
export { elsewhere, type FileElsewhere, type FindElsewhere } from "./sources/elsewhere.ts";
