// Caddy's file server, without its administration port and without certificates.

/**
 * @param {import("../servers.js").Place} place
 * @returns {string} Caddyfile
 */
export function caddyConfiguration({ dir, port, temp }) {
  return `
{
  admin off
  auto_https off
  storage file_system ${temp}/caddy
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  root * ${dir}
  file_server
}
`;
}
