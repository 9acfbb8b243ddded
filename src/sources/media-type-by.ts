const UNKNOWN = "application/octet-stream";

/** Extensions that the tables lack, or for which they have no more than `application/octet-stream`. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["cur", "image/vnd.microsoft.icon"],
  ["deb", "application/vnd.debian.binary-package"],
  ["diff", "text/x-diff"],
  ["dmg", "application/x-apple-diskimage"],
  ["iso", "application/x-iso9660-image"],
  ["md5", "text/plain"],
  ["mobileconfig", "application/x-apple-aspen-config"],
  ["parquet", "application/vnd.apache.parquet"],
  ["patch", "text/x-diff"],
  ["py", "text/x-python"],
  ["sha1", "text/plain"],
  ["sha256", "text/plain"],
  ["sha512", "text/plain"],
  ["sqlite", "application/vnd.sqlite3"],
  ["tbz2", "application/x-bzip2"],
  ["tgz", "application/gzip"],
  ["topojson", "application/json"],
  ["txz", "application/x-xz"],
  ["tzst", "application/zstd"],
  ["zst", "application/zstd"],
]);

/** Files of text that have no extension, by their lower-case name. */
const TEXT: ReadonlySet<string> = new Set(
  [
    "_headers _redirects authors brewfile caddyfile changelog changes cname codeowners containerfile contributing",
    "contributors copying copyright credits dockerfile gemfile gnumakefile history install jenkinsfile justfile",
    "maintainers makefile manifest md5sums news notice patents pipfile podfile procfile rakefile readme sha1sums",
    "sha224sums sha256sums sha384sums sha512sums thanks todo unlicense vagrantfile version",
    ".dockerignore .editorconfig .env .gitattributes .gitignore .gitmodules .htaccess .mailmap .npmignore .npmrc .nvmrc",
  ].flatMap((names) => names.split(" ")),
);

/** Also `LICENSE-MIT`. */
const LICENSE = /^licen[cs]e(?:-[a-z]+)?$/;

/** Documents of JSON whose name without an extension a specification lays down, by their lower-case path. */
const JSON_DOCUMENT =
  /^(?:apple-app-site-association|(?:.*\/)?\.well-known\/(?:apple-app-site-association|matrix\/(?:client|server|support)|nodeinfo|oauth-authorization-server|oauth-protected-resource|openid-configuration|passkey-endpoints))$/;

/** The media type of a file by its path. @param toType finds one by a lower-case extension without its dot */
export function mediaTypeBy(path: string, toType: (extension: string) => string | undefined): string {
  const type = bareTypeBy(path.toLowerCase(), toType);
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}

function bareTypeBy(path: string, toType: (extension: string) => string | undefined): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (TEXT.has(name) || LICENSE.test(name)) return "text/plain";
  const dot = name.lastIndexOf(".");
  if (dot === -1) return JSON_DOCUMENT.test(path) ? "application/json" : UNKNOWN;
  const extension = name.slice(dot + 1);
  return EXTENSIONS.get(extension) ?? toType(extension) ?? UNKNOWN;
}
