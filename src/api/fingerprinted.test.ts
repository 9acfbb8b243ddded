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
  ])("takes %s for a person's", (path) => {
    expect(isFingerprinted(path)).toBe(false);
  });
});
