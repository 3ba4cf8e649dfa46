import { ProbeServiceService, Sighting, type RecordSightingResponse } from "@ntd/proto/prober/v1/probe_service";
import { Option, type Command } from "commander";
import { instant, positiveNumber } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { targetListing } from "../../listings/reports/target-listing.ts";
import { idArgument } from "../../cli/short-ids.ts";

interface RecordOptions {
  episode: number;
  seen: boolean;
  gone: boolean;
  movedTo?: string;
  how: string;
  time?: Date;
  personOnly: boolean;
  personOnlyHost: boolean;
}

export function sightingCommands(program: Command, cli: Cli): void {
  const group = program.command("sighting").description("what a person saw at an address that no eye can judge");
  group
    .command("record")
    .description("say what you saw: one of --seen, --gone and --moved-to; gone counts once a second person says so")
    .addArgument(idArgument("target", "<target-id>"))
    .addOption(
      new Option("--episode <n>", "the episode that you speak of").argParser(positiveNumber).makeOptionMandatory(),
    )
    .option("--seen", "the material is there", false)
    .option("--gone", "it is not there any more", false)
    .option("--moved-to <url>", "it is there now, and not here any more")
    .requiredOption("--how <text>", "by what means you looked")
    .addOption(new Option("--time <instant>", "when you looked (default: now)").argParser(instant))
    .option("--person-only", "from now on only a person decides at this address", false)
    .option("--person-only-host", "from now on only a person decides at its host", false)
    .action(async (targetId: string, options: RecordOptions) => record(cli, targetId, options));
}

async function record(cli: Cli, targetId: string, options: RecordOptions): Promise<void> {
  const { episode, how, time = new Date(), movedTo: movedToUrl = "", personOnly, personOnlyHost } = options;
  const sighting = sightingOf(options);
  const said = { targetId, episode, sighting, how, time, movedToUrl, personOnly, personOnlyHost };
  const answer = await cli.call("prober", ProbeServiceService, (prober) =>
    prober.recordSighting({ requestId: cli.requestId(), ...said }),
  );
  cli.print(answer, () => `${noted(answer, sighting)}\n\n${answer.target ? targetListing(answer.target) : ""}`);
}

function sightingOf({ seen, gone, movedTo }: RecordOptions): Sighting {
  const said = [
    seen ? Sighting.SEEN : undefined,
    gone ? Sighting.GONE : undefined,
    movedTo === undefined ? undefined : Sighting.MOVED_TO,
  ].filter((one) => one !== undefined);
  const [sighting] = said;
  if (sighting === undefined) throw new UsageError("what you saw is missing; add --seen, --gone or --moved-to URL");
  if (said.length > 1)
    throw new UsageError("it is either seen or gone or moved; give one of --seen, --gone, --moved-to");
  return sighting;
}

function noted({ needsSecond }: RecordSightingResponse, sighting: Sighting): string {
  if (needsSecond)
    return "Noted. It counts as gone once a second person says so: it stays in `unseen list` until then.";
  return sighting === Sighting.SEEN
    ? "Noted: it is there, until an eye sees it itself."
    : "Noted: it is gone, by the word of two persons.";
}
