import Koa from "koa";
import koaStatic from "koa-static";
import { DIR, HOST, PORT } from "./place.js";

new Koa().use(koaStatic(DIR)).listen(PORT, HOST);
