export { stetH3, type StetH3Event, type StetH3Handler } from "./adapters/h3/handler.ts";
