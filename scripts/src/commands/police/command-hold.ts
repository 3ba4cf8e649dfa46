import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { durationOf } from "@ntd/service";
import { Option, type Command } from "commander";
import { instant, positiveNumber } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { holdListing, holdTable, sentLines } from "../../listings/cases/hold-listing.ts";
import { idArgument, idOption } from "../../cli/short-ids.ts";

interface SetOptions {
  reason: string;
  until?: Date;
  lookEvery?: number;
}

interface ListOptions {
  limit: number;
  case: string;
  waiting?: boolean;
}

/** Police ask that nobody be told for now. */
export function holdCommands(program: Command, cli: Cli): void {
  const group = program
    .command("hold")
    .description("cases of which no notice leaves for now, since police ask for time");
  group
    .command("set")
    .description("hold a case; what has left already is named")
    .addArgument(idArgument("case", "<case>"))
    .requiredOption("--reason <text>", "why")
    .addOption(untilOption())
    .addOption(
      new Option("--look-every <minutes>", "look at it meanwhile, so often (default: not at all)").argParser(
        positiveNumber,
      ),
    )
    .action(async (caseId: string, options: SetOptions) => set(cli, caseId, options));
  group
    .command("renew")
    .description("let a hold last longer; another officer's word, beyond seven days and of a mark two others'")
    .addArgument(idArgument("case", "<case>"))
    .argument("<hold>")
    .requiredOption("--reason <text>", "why")
    .addOption(untilOption())
    .action(async (caseId: string, holdId: string, options: SetOptions) => renew(cli, caseId, holdId, options));
  group
    .command("release")
    .description("end a hold; of what waits for a supervisor, a supervisor may")
    .addArgument(idArgument("case", "<case>"))
    .argument("<hold>")
    .requiredOption("--reason <text>", "why")
    .action(async (caseId: string, holdId: string, { reason }: { reason: string }) => {
      const request = { requestId: cli.requestId(), caseId, holdId, reason };
      const answer = await cli.call("casework", HoldServiceService, (casework) => casework.releaseHold(request));
      cli.print(answer, () => holdListing(answer.hold));
    });
  group
    .command("list")
    .description("what is held, what ends next first")
    .addOption(idOption("case", "--case <id>", "all of this case, ended ones too").default(""))
    .option("--waiting", "only what waits for a supervisor")
    .addOption(limitOption())
    .action(async (options: ListOptions) => list(cli, options));
}

function untilOption(): Option {
  const option = new Option("--until <instant>", "a day from now if left out; seven days at most");
  return option.argParser((text) => instant(text));
}

async function set(cli: Cli, caseId: string, { reason, until: expireTime, lookEvery }: SetOptions): Promise<void> {
  const every = lookEvery === undefined ? undefined : durationOf(lookEvery * 60_000);
  const request = { requestId: cli.requestId(), caseId, reason, expireTime, lookEvery: every };
  const answer = await cli.call("casework", HoldServiceService, (casework) => casework.holdCase(request));
  cli.print(answer, () => `${holdListing(answer.hold)}\n\n${sentLines(answer.alreadySent)}`);
}

async function renew(cli: Cli, caseId: string, holdId: string, { reason, until: expireTime }: SetOptions) {
  const request = { requestId: cli.requestId(), caseId, holdId, reason, expireTime };
  const answer = await cli.call("casework", HoldServiceService, (casework) => casework.renewHold(request));
  const waits = answer.waitsForSecondPerson ? "\n\nIt waits for another officer, who says so within a day." : "";
  cli.print(answer, () => holdListing(answer.hold) + waits);
}

async function list(cli: Cli, { limit, case: caseId, waiting = false }: ListOptions): Promise<void> {
  const { items: holds, more } = await cli.call("casework", HoldServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listHolds({ ...at, caseId, waitsForSupervisor: waiting });
      return { items: page.holds, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ holds, more }, () => holdTable(holds) + moreLine(more));
}
