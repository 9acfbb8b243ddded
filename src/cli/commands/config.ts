import { Argument, type Command, Option } from "commander";
import { parsePlaces } from "../../api/places.ts";
import { apacheConfiguration } from "../config/apache.ts";
import { parseListen, parseServerName, parseUpstream } from "../config/arguments.ts";
import { caddyConfiguration } from "../config/caddy.ts";
import { lighttpdConfiguration } from "../config/lighttpd.ts";
import { nginxConfiguration } from "../config/nginx.ts";
import type { FrontSettings } from "../config/settings.ts";
import { UsageError } from "../errors.ts";

const DETAILS = `
The places are written as in the environment variable STET_DELIVERY: for nginx
and caddy a folder, and the prefix under which the front has it, which no client
can ask for; for apache and lighttpd a folder, and what it is called there where
that is another name.

Examples:
  stet config nginx /srv/private=/_private/ --server-name files.example.com
  stet config caddy /srv/a=/_a/ /srv/b=/_b/ --upstream http://127.0.0.1:3000
  stet config apache /srv/private`;

const CONFIGURATIONS = {
  nginx: nginxConfiguration,
  apache: apacheConfiguration,
  lighttpd: lighttpdConfiguration,
  caddy: caddyConfiguration,
};

type Name = keyof typeof CONFIGURATIONS;
type ConfigFlags = Omit<FrontSettings, "places">;

export function addConfig(program: Command): void {
  program
    .command("config")
    .summary("print the configuration of a server in front")
    .description(
      "Prints what a server in front needs so as to send the files that stet has judged, with what each line is for.",
    )
    .addArgument(new Argument("<front>", "the server").choices(Object.keys(CONFIGURATIONS)))
    .argument("<places...>", 'each folder and what stands for it, such as "/srv/private=/_private/"')
    .addOption(
      new Option("--upstream <url>", "where the application listens")
        .default(new URL("http://127.0.0.1:8080"), "http://127.0.0.1:8080")
        .argParser(parseUpstream),
    )
    .addOption(
      new Option("--listen <address>", "the port at which the front listens, or an address with one")
        .default("80")
        .argParser(parseListen),
    )
    .option("--server-name <name>", "the host's name (default: every name)", parseServerName)
    .helpOption("-h, --help", "show this help")
    .showHelpAfterError("See `stet config --help`.")
    .addHelpText("after", DETAILS)
    .action(config);
}

function config(name: Name, texts: readonly string[], { upstream, listen, serverName }: ConfigFlags): void {
  const places = toPlaces(name, texts);
  process.stdout.write(CONFIGURATIONS[name]({ places, upstream, listen, serverName }));
}

function toPlaces(name: Name, texts: readonly string[]): FrontSettings["places"] {
  try {
    return parsePlaces(name, texts);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message, "See `stet config --help`.");
  }
}
