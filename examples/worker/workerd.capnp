using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [ (name = "main", worker = .mainWorker) ],
  sockets = [ (name = "http", address = "127.0.0.1:8080", http = (), service = "main") ]
);

const mainWorker :Workerd.Worker = (
  modules = [ (name = "server.js", esModule = embed "dist/server.js") ],
  compatibilityDate = "2024-09-01"
);
