// nginx as its own guide would have it for files: sendfile, its cache of open files, one worker for the one core.

/**
 * @param {import("../servers.js").Place} place
 * @returns {string} nginx.conf
 */
export function nginxConfiguration({ dir, port, temp, isRoot }) {
  return `
daemon off;
worker_processes 1;
pid ${temp}/nginx.pid;
error_log stderr error;
# Root's worker would become nobody, who may not read the folder.
${isRoot ? "user root;" : ""}
events {
  worker_connections 1024;
}
http {
  access_log off;
  log_not_found off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  open_file_cache max=10000 inactive=60s;
  default_type application/octet-stream;
  types {
    text/plain txt;
  }
  client_body_temp_path ${temp}/nginx-body;
  proxy_temp_path ${temp}/nginx-proxy;
  fastcgi_temp_path ${temp}/nginx-fastcgi;
  uwsgi_temp_path ${temp}/nginx-uwsgi;
  scgi_temp_path ${temp}/nginx-scgi;
  server {
    listen 127.0.0.1:${port};
    root ${dir};
  }
}
`;
}
