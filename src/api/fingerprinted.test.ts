import { describe, expect, it } from "vitest";
import { isFingerprinted } from "./fingerprinted.ts";

describe("isFingerprinted", () => {
  it.each([
    "assets/index-BX3k9aZq.js",
    "assets/index-BX3k9aZq.css",
    "assets/index-BX3k9aZq.js.map",
    "app-5FZ7NXKX.js",
    "main.3f9a1c2b.js",
    "_next/static/chunks/4bd1b696-182b6b13bdad92e3.js",
    "img/logo.0a1b2c3d4e5f60718293.png",
    "0a1b2c3d4e5f60718293.woff2",
    "assets/index-DA_fFPj6.js",
    "assets/logo-B-Ko_ngb.svg",
    "chunk-AIVACOQX.js.map",
    "static/js/787.8bd2b9ec.chunk.js",
    "main.0a1b2c3d4e5f6071.js",
    "_next/static/Jc2Bq1dGPkQ7QzHhyYzRv/_buildManifest.js",
    "_next/static/media/e4af272ccee01ff0-s.p.woff2",
    "docs/_next/static/css/app.css",
    "_nuxt/DA_fFPj6.js",
    "_nuxt/builds/meta/dcd7b3b4-4a5b-4a2c-9ab6-7e7f0a3f2f66.json",
    "_astro/hoisted.DA_fFPj6.js",
    "_app/immutable/chunks/DA_fFPj6.js",
  ])("takes %s for a build's", (path) => {
    expect(isFingerprinted(path)).toBe(true);
  });

  it.each([
    "index.html",
    "app.js",
    "jquery-3.7.1.min.js",
    "report-20260131.pdf",
    "report-20260131a.pdf",
    "app-settings.js",
    "chapter-Section1.pdf",
    "poster-Win32Api.png",
    "IMG-DSC00123.jpg",
    "photo-iPhone12.jpg",
    "video-part0001.mp4",
    "deadbeef.js",
    "0a1b2c3d4e5f/readme.txt",
    "3f9a1c2b",
    "page-HomePage.js",
    "app-Settings.js",
    "lib-1.0.0-SNAPSHOT.js",
    "hero-1024x768.png",
    "report-FY2026Q1.png",
    "sensor.001122fffe334455.png",
    "avatar-1a2b3c4d.png",
    "settings.3f9a1c2b.json",
    "notes.4dec2026.js",
    ".well-known/app-3f9a1c2b.js",
    ".well-known/_nuxt/entry.js",
    "_nuxt/builds/latest.json",
    "_app/version.json",
    "my_next/static/app.js",
  ])("takes %s for a person's", (path) => {
    expect(isFingerprinted(path)).toBe(false);
  });
});
