import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { breakerListing, breakerTable } from "../../listings/cases/breaker-listing.ts";

export function brakesCommands(program: Command, cli: Cli): void {
  const group = program
    .command("brakes")
    .description("what was stopped, since too much of it was taken back or disputed");
  group
    .command("list")
    .description("the breakers that have tripped")
    .addOption(limitOption())
    .action(async (options: { limit: number }) => list(cli, options.limit));
  group
    .command("lift")
    .description("let it go on; it waits until a second person says so, and what waits stays with persons")
    .argument("<id>")
    .requiredOption("--reason <text>", "why it is safe again")
    .action(async (breakerId: string, options: { reason: string }) => lift(cli, breakerId, options.reason));
}

async function list(cli: Cli, limit: number): Promise<void> {
  const { items: breakers, more } = await cli.call("casework", BreakerServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listBreakers(at);
      return { items: page.breakers, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ breakers, more }, () => breakerTable(breakers) + moreLine(more));
}

async function lift(cli: Cli, breakerId: string, reason: string): Promise<void> {
  const answer = await cli.call("casework", BreakerServiceService, (casework) =>
    casework.liftBreaker({ requestId: cli.requestId(), breakerId, reason }),
  );
  const waits = answer.waitsForSecondPerson ? "\n\nIt waits for a second person's word." : "";
  cli.print(answer, () => breakerListing(answer.breaker) + waits);
}
