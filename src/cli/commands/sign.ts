import { type Command, Option } from "commander";
import { signedLinks, type SignedLinks, type SignOptions } from "../../links.ts";
import { UsageError } from "../errors.ts";
import { writeLine } from "../output.ts";
import { parseDuration, parseMoment, parseOrigin } from "../sign/arguments.ts";

const DETAILS = `
Whoever has the link may ask for the path until it is over, and for nothing else.
It is for GET and HEAD, and so for every range of the file, unless --method says
otherwise. The path is as in a URL, from its first slash on, but not
percent-encoded.

Examples:
  stet sign /reports/2026.pdf                        for an hour
  stet sign /film.mp4 --expires-in 12h --origin https://files.example.com
  stet sign "/Q1 report.pdf" --as "Report.pdf" --network 203.0.113.0/24

Environment:
  STET_LINK_KEYS   the keys, as id:secret with spaces between them; the first one
                   signs, and a server that is given the same verifies with all.
                   Make a secret with: openssl rand -base64 32`;

const HOUR = 3600;

/** What `stet sign` was told, each flag already valid by itself. */
interface SignFlags extends SignOptions {
  readonly origin?: string;
}

export function addSign(program: Command): void {
  program
    .command("sign")
    .summary("make a signed link to a file")
    .description("Makes a signed link, with the keys of the environment variable STET_LINK_KEYS.")
    .argument("<path>", 'the path, such as "/reports/2026.pdf"')
    .addOption(expiresInOption())
    .option("--expires <date>", "the moment at which it is over, such as 2026-12-31T12:00:00Z", parseMoment)
    .option("--not-before <date>", "the moment from which on it works (default: at once)", parseMoment)
    .option("--method <method>", "the method that it is for (default: GET, and HEAD with it)")
    .option("--network <network>", "the clients that it is for, such as 203.0.113.0/24 (default: all)")
    .addOption(
      new Option("--disposition <how>", "whether the file is shown or saved").choices([
        "inline",
        "attachment",
      ]),
    )
    .option("--as <name>", "the name under which the file is saved")
    .option("--origin <url>", "the site, for a whole URL, such as https://files.example.com", parseOrigin)
    .helpOption("-h, --help", "show this help")
    .showHelpAfterError("See `stet sign --help`.")
    .addHelpText("after", DETAILS)
    .action(sign);
}

function expiresInOption(): Option {
  const description = "for how long it works: seconds, or such as 15m, 12h, 7d (default: 1h)";
  return new Option("--expires-in <duration>", description).argParser(parseDuration).conflicts("expires");
}

async function sign(path: string, { origin = "", ...options }: SignFlags): Promise<void> {
  const links = toLinks();
  const expiring = options.expires === undefined ? { expiresIn: HOUR, ...options } : options;
  const link = await links.sign(path, expiring).catch(toUsageError);
  writeLine(process.stdout, origin + link);
}

/** The secrets come from the environment: an argument would show in the list of processes. */
function toLinks(): SignedLinks {
  const keys = process.env["STET_LINK_KEYS"];
  if (keys === undefined || keys.trim() === "") {
    throw new UsageError(
      "There is no key to sign with: STET_LINK_KEYS is not set.",
      'Set it as your server has it, or make a key: export STET_LINK_KEYS="2026-11:$(openssl rand -base64 32)"',
    );
  }
  try {
    return signedLinks({ keys });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`STET_LINK_KEYS: ${error.message}`, "See `stet sign --help`.");
  }
}

function toUsageError(error: unknown): never {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  throw new UsageError(error.message, "See `stet sign --help`.");
}
