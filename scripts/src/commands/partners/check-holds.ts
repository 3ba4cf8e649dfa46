import { CheckAlarm, CheckUseServiceService, type CheckHold } from "@ntd/proto/matching/v1/check_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { wordOf } from "../../cli/words.ts";

/** Whose checks of hashes wait for an operator. */
export function checkHoldCommands(group: Command, cli: Cli): void {
  group
    .command("holds")
    .description("whose checks wait for an operator, and why; as operator")
    .option("--all", "those that were let go on as well", false)
    .addOption(limitOption())
    .action(async (options: { all: boolean; limit: number }) => holds(cli, options));
  group
    .command("go-on")
    .description("let the checks of an identity go on, once you know what they were; as operator")
    .argument("<identity>", "industry/NAME")
    .requiredOption("--reason <text>", "what you asked and heard")
    .action(async (identity: string, options: { reason: string }) => goOn(cli, identity, options.reason));
}

async function holds(cli: Cli, { all, limit }: { all: boolean; limit: number }): Promise<void> {
  const { items, more } = await cli.call("matching", CheckUseServiceService, (matching) =>
    collect(limit, async (at) => {
      const page = await matching.listCheckHolds({ onlyHeld: !all, ...at });
      return { items: page.holds, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ holds: items, more }, () => holdTable(items) + moreLine(more));
}

async function goOn(cli: Cli, identity: string, reason: string): Promise<void> {
  const { hold } = await cli.call("matching", CheckUseServiceService, (matching) =>
    matching.letChecksGoOn({ requestId: cli.requestId(), identity, reason }),
  );
  cli.print({ hold }, () => `${identity} is answered again, by every process within a second.`);
}

function holdTable(items: readonly CheckHold[]): string {
  const rows = items.map(({ identity, alarm, sinceTime, differentKnown, endedTime, endedBy, reason }) => {
    const end = endedTime === undefined ? "" : `${endedTime.toISOString()} by ${endedBy}: ${reason}`;
    return [identity, wordOf(CheckAlarm, alarm), sinceTime?.toISOString() ?? "", differentKnown, end];
  });
  return table(["who", "why", "since", "told of so many", "let go on"], rows, "nobody's checks are held");
}
