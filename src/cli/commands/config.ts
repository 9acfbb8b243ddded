import { Argument, type Command, Option } from "commander";
import { parsePlaces } from "../../api/places.ts";
import { apacheConfiguration, apacheRemedies } from "../config/apache.ts";
import {
  parseChecked,
  parseField,
  parseListen,
  parseServerName,
  parseUpstream,
} from "../config/arguments.ts";
import type { Fields } from "../config/ask.ts";
import { caddyConfiguration, caddyRemedies } from "../config/caddy.ts";
import { checkFront } from "../config/check.ts";
import { lighttpdConfiguration, lighttpdRemedies } from "../config/lighttpd.ts";
import { nginxConfiguration, nginxRemedies } from "../config/nginx.ts";
import { remedyFor, type Remedies } from "../config/remedies.ts";
import type { FrontSettings } from "../config/settings.ts";
import { ToldFailure, UsageError } from "../errors.ts";
import { writeLine } from "../output.ts";

const DETAILS = `
The places are written as in the environment variable STET_DELIVERY: for nginx
and caddy a folder, and the prefix under which the front has it, which no client
can ask for; for apache and lighttpd a folder, and what it is called there where
that is another name.

With --check, it asks a running front for a file that the application serves,
and tells what the front does wrong, and what to do about it. The exit code is
then 1. It sends only GET and HEAD, and at most 4 MiB of each answer are read.

Examples:
  stet config nginx /srv/private=/_private/ --server-name files.example.com
  stet config caddy /srv/a=/_a/ /srv/b=/_b/ --upstream http://127.0.0.1:3000
  stet config apache /srv/private
  stet config nginx /srv/private=/_private/ \\
      --check https://files.example.com/report.pdf --field "Cookie: session=…"`;

interface Configured {
  /** @throws UsageError where the front can't be told */
  readonly print: (settings: FrontSettings) => string;
  readonly remedies: Partial<Remedies>;
}

const CONFIGURED = {
  nginx: { print: nginxConfiguration, remedies: nginxRemedies },
  apache: { print: apacheConfiguration, remedies: apacheRemedies },
  lighttpd: { print: lighttpdConfiguration, remedies: lighttpdRemedies },
  caddy: { print: caddyConfiguration, remedies: caddyRemedies },
} satisfies Record<string, Configured>;

type Name = keyof typeof CONFIGURED;

interface ConfigFlags extends Omit<FrontSettings, "places"> {
  readonly check?: URL;
  readonly field?: Fields;
}

export function addConfig(program: Command): void {
  program
    .command("config")
    .summary("print or check the configuration of a server in front")
    .description(
      "Prints what a server in front needs so as to send the files that stet has judged, with what each line is for.",
    )
    .addArgument(new Argument("<front>", "the server").choices(Object.keys(CONFIGURED)))
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
    .option("--check <url>", "ask a running front for this file, and tell what is wrong", parseChecked)
    .option(
      "--field <field>",
      'a field to ask with, such as "Cookie: session=…"; may be repeated',
      parseField,
    )
    .helpOption("-h, --help", "show this help")
    .showHelpAfterError("See `stet config --help`.")
    .addHelpText("after", DETAILS)
    .action(config);
}

async function config(
  name: Name,
  texts: readonly string[],
  { upstream, listen, serverName, check: url, field: fields }: ConfigFlags,
): Promise<void> {
  const places = toPlaces(name, texts);
  if (url !== undefined) return check(name, url, places, fields ?? {});
  if (fields !== undefined) {
    throw new UsageError("--field is for --check.", "See `stet config --help`.");
  }
  process.stdout.write(CONFIGURED[name].print({ places, upstream, listen, serverName }));
}

function toPlaces(name: Name, texts: readonly string[]): FrontSettings["places"] {
  try {
    return parsePlaces(name, texts);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message, "See `stet config --help`.");
  }
}

/** @throws ToldFailure where something is wrong */
async function check(name: Name, url: URL, places: FrontSettings["places"], fields: Fields): Promise<void> {
  const findings = await checkFront({ name, url, places, fields });
  for (const finding of findings) {
    writeLine(process.stdout, finding.what);
    writeLine(process.stdout, `  ${remedyFor(finding, CONFIGURED[name].remedies)}`);
  }
  if (findings.length > 0) throw new ToldFailure(`${name} does something wrong`);
  writeLine(process.stdout, `Nothing is wrong with ${url.href}.`);
}
