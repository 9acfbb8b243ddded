import { H3, serve } from "h3";
import { stetH3 } from "../../../src/h3.ts";
import type { Stet } from "../../../src/index.ts";
import type { Listening } from "../../support/listen.ts";
import { type Application, CHOSEN, type Framework, NOTHING_HERE, statusOf, toFiles } from "./framework.ts";

async function start(application: Application, add: (app: H3, files: Stet) => void): Promise<Listening> {
  const { fields, onError } = application;
  const files = toFiles(application);
  const app = new H3({
    silent: true,
    onError({ status, cause }) {
      if (status === 404) return new Response(NOTHING_HERE, { status });
      onError(cause);
      return new Response(null, { status: statusOf(cause) });
    },
  });
  app.use((event) => {
    for (const [name, value] of Object.entries(fields)) event.res.headers.set(name, value);
  });
  app.get("/document", (event) => files.send(event.req, "small.txt", { as: CHOSEN }));
  app.get("/no-document", (event) =>
    files.send(event.req, "missing.txt", {}, () => new Response(NOTHING_HERE, { status: 404 })),
  );
  add(app, files);
  const server = serve(app, { port: 0, hostname: "127.0.0.1", silent: true });
  await server.ready();
  return { port: Number(new URL(server.url ?? "").port), close: () => server.close(true) };
}

export const H3S: readonly Framework[] = [
  {
    name: "h3 2, as a route",
    start: (application) =>
      start(application, (app, files) => app.all(`${application.mount}/**`, stetH3(files))),
  },
  {
    name: "h3 2, as a middleware",
    start(application) {
      const { options, mount } = application;
      const prefixed = mount === "" ? options : { ...options, prefix: mount };
      return start({ ...application, options: prefixed }, (app, files) =>
        app.use(`${mount}/**`, stetH3(files)),
      );
    },
  },
];
