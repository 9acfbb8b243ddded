import cluster from "node:cluster";
import { type Command, Option } from "commander";
import {
  parseHost,
  parseImmutable,
  parseMaxAge,
  parsePort,
  parseTimeout,
  parseWorkers,
} from "../serve/arguments.ts";
import { countWorkers, type ServeFlags } from "../serve/flags.ts";
import { DEFAULT_PORT } from "../serve/listen.ts";
import { serveAlone } from "../serve/serve-alone.ts";
import { serveAsPrimary } from "../serve/workers/primary.ts";
import { serveAsWorker } from "../serve/workers/worker.ts";

const DETAILS = `
A copy that is still current is answered with 304. A download that broke off can
be resumed, and a client that sends If-Range never joins two versions. Names
that begin with a dot are hidden, and nothing outside the folder is served.

Ctrl-C (or SIGTERM) stops it: what is under way may finish for 10 seconds. A
second one stops it at once.

With --workers, several processes serve, each on a core of its own, with one log
and one end. One that crashes is replaced, and takes only its own connections
with it.

Examples:
  stet serve                                the current folder
  stet serve dist --spa --port 8080         a single-page application
  stet serve dist --immutable --max-age 1h  what a bundler has named is kept for
                                            a year, all else for an hour
  stet serve shared --list --host 0.0.0.0   a page for each folder, for everyone
                                            on this network
  stet serve --cert cert.pem --key key.pem  HTTPS, with HTTP/2
  stet serve --workers auto                 on all cores

Environment:
  STET_DELIVERY  which server in front sends the files, see \`stet config --help\`
  STET_LARGE     how large files leave, for a diagnosis: stream, copy, zero-copy`;

export function addServe(program: Command, defaultDir: string): void {
  program
    .command("serve")
    .summary("serve the files of a folder over HTTP")
    .description("Serves the files of a folder over HTTP, on this machine only unless --host says otherwise.")
    .argument("[dir]", "the folder, a .zip or a .tar", defaultDir)
    .addOption(portOption())
    .addOption(
      new Option("--host <address>", "address to listen on").default("127.0.0.1").argParser(parseHost),
    )
    .option("--list", "answer a folder that has no index with a page that lists it")
    .option("--index <name>", 'the file that stands for its folder (default: "index.html")')
    .option("--no-index", "no file stands for its folder")
    .option(
      "--spa",
      "answer a navigation to a path without a file with the index, for a single-page application",
    )
    .option("--dotfiles", "serve names that begin with a dot, too")
    .option("--cache-control <value>", "the Cache-Control field of every file (default: no-cache)")
    .addOption(maxAgeOption())
    .addOption(immutableOption())
    .addOption(entityTagsOption())
    .option("--cors", "let pages of every other site read the files")
    .option("--untrusted", "users have uploaded the files: show the harmless ones, save all others")
    .option("--never-overwritten", "nobody writes over a file in place: large ones leave by sendfile(2)")
    .option("--cert <file>", "certificate (PEM) for HTTPS and HTTP/2, with --key")
    .option("--key <file>", "private key (PEM) of the certificate")
    .addOption(timeoutOption())
    .addOption(workersOption())
    .option("--quiet", "no line for each request")
    .option("--json", "log lines as JSON")
    .helpOption("-h, --help", "show this help")
    .showHelpAfterError("See `stet serve --help`.")
    .addHelpText("after", DETAILS)
    .action(serve);
}

function entityTagsOption(): Option {
  const description = "how entity tags are made: of modification time and size, or of the content";
  return new Option("--entity-tags <how>", description).choices(["modified", "content"]).default("modified");
}

function portOption(): Option {
  const description = `port to listen on, 0 for any free one (default: ${DEFAULT_PORT}, or the next free one)`;
  return new Option("--port <number>", description).argParser(parsePort);
}

function maxAgeOption(): Option {
  const description = "for how long clients use their copy without asking: seconds, or such as 1d";
  return new Option("--max-age <seconds>", description).argParser(parseMaxAge);
}

function immutableOption(): Option {
  const description =
    "clients keep for a year what matches the glob, or what a bundler has named by its content";
  return new Option("--immutable [glob]", description).argParser(parseImmutable);
}

function timeoutOption(): Option {
  return new Option("--timeout <seconds>", "cut a connection on which nothing moves for so long")
    .default(120)
    .argParser(parseTimeout);
}

function workersOption(): Option {
  return new Option("--workers <count>", "processes that serve, auto for one on each core")
    .default(1)
    .argParser(parseWorkers);
}

/** Serves until it is told to stop. */
async function serve(dir: string, flags: ServeFlags): Promise<void> {
  if (flags.workers !== 1 && cluster.isWorker) return serveAsWorker(dir, flags);
  const count = countWorkers(flags.workers);
  return count === 1 ? serveAlone(dir, flags) : serveAsPrimary(dir, flags, count);
}
