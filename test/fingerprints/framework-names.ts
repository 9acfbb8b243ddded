import { BASE32, BASE64URL, HEX, pick, type Random, textOf } from "./random.ts";

const NAMES = ["main", "index", "page", "layout", "chunk", "styles", "settings-form", "user_card", "logo"];
const CODE = ["js", "css"];
const ASSETS = ["png", "svg", "webp", "woff2", "mp4"];

/** The names that frameworks write by default, by the patterns of their documentation. */
export const FRAMEWORK_NAMES: Readonly<Record<string, (random: Random) => string>> = {
  // next build: chunks of webpack and of Turbopack, styles, media, and what belongs to one build.
  next: (random) =>
    pick(random, [
      () => `_next/static/chunks/${random(9999)}-${textOf(random, HEX, 16)}.js`,
      () => `_next/static/chunks/app/blog/page-${textOf(random, HEX, 16)}.js`,
      () => `_next/static/chunks/${textOf(random, HEX, 13)}.js`,
      () => `_next/static/css/${textOf(random, HEX, 16)}.css`,
      () => `_next/static/media/${pick(random, NAMES)}.${textOf(random, HEX, 8)}.${pick(random, ASSETS)}`,
      () => `_next/static/media/${textOf(random, HEX, 16)}-s.p.woff2`,
      () =>
        `_next/static/${textOf(random, BASE64URL, 21)}/${pick(random, ["_buildManifest", "_ssgManifest"])}.js`,
    ])(),
  nuxt: (random) =>
    pick(random, [
      () => `_nuxt/${textOf(random, BASE64URL, 8)}.js`,
      () =>
        `_nuxt/${pick(random, NAMES)}.${textOf(random, BASE64URL, 8)}.${pick(random, [...CODE, ...ASSETS])}`,
      () => `_nuxt/builds/meta/${textOf(random, HEX, 8)}-${textOf(random, HEX, 4)}.json`,
    ])(),
  sveltekit: (random) =>
    pick(random, [
      () => `_app/immutable/chunks/${textOf(random, BASE64URL, 8)}.js`,
      () => `_app/immutable/nodes/${random(40)}.${textOf(random, BASE64URL, 8)}.js`,
      () => `_app/immutable/entry/start.${textOf(random, BASE64URL, 8)}.js`,
      () => `_app/immutable/assets/${random(40)}.${textOf(random, BASE64URL, 8)}.css`,
      () =>
        `_app/immutable/assets/${pick(random, NAMES)}.${textOf(random, BASE64URL, 8)}.${pick(random, ASSETS)}`,
    ])(),
  astro: (random) =>
    pick(random, [
      () => `_astro/${pick(random, NAMES)}.${textOf(random, BASE64URL, 8)}.${pick(random, CODE)}`,
      () =>
        `_astro/${pick(random, NAMES)}.${textOf(random, BASE64URL, 8)}_${textOf(random, BASE64URL, 6)}.webp`,
    ])(),
  // The application builder (esbuild), and the older one (webpack).
  angular: (random) =>
    pick(random, [
      () =>
        `${pick(random, ["main", "polyfills", "chunk", "styles"])}-${textOf(random, BASE32, 8)}.${pick(random, CODE)}`,
      () => `media/${pick(random, NAMES)}-${textOf(random, BASE32, 8)}.${pick(random, ASSETS)}`,
      () => `${pick(random, ["main", "runtime", "123"])}.${textOf(random, HEX, 16)}.js`,
      () => `styles.${textOf(random, HEX, 16)}.css`,
    ])(),
};
