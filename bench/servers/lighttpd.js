// lighttpd with nothing loaded that a file doesn't need.

/**
 * @param {import("../servers.js").Place} place
 * @returns {string} lighttpd.conf
 */
export function lighttpdConfiguration({ dir, port }) {
  return `
server.document-root = "${dir}"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ()
server.network-backend = "sendfile"
server.max-keep-alive-requests = 32767
mimetype.assign = ( ".txt" => "text/plain", "" => "application/octet-stream" )
`;
}
