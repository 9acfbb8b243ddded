import { fileURLToPath } from "node:url";

export default {
  input: fileURLToPath(new URL("server.js", import.meta.url)),
  // Where `stet` stands for `stet/web`, which needs nothing of Node's.
  resolve: { conditionNames: ["workerd", "worker", "import", "default"] },
  moduleTypes: { ".css": "text", ".csv": "text", ".html": "text", ".svg": "text", ".txt": "text" },
  output: { file: fileURLToPath(new URL("dist/server.js", import.meta.url)), format: "esm" },
};
