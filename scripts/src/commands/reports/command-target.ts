import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { targetListing } from "../../listings/reports/target-listing.ts";
import { idArgument } from "../../cli/short-ids.ts";

export function targetCommands(program: Command, cli: Cli): void {
  const target = program.command("target").description("reported addresses, as the platform itself sees them");
  target
    .command("show")
    .description("where an address stands, since when, how sure that is, and by which looks; the address stays sealed")
    .addArgument(idArgument("target"))
    .action(async (id: string) => show(cli, id));
}

async function show(cli: Cli, targetId: string): Promise<void> {
  const answer = await cli.call("prober", ProbeServiceService, (prober) => prober.getTarget({ targetId }));
  cli.print(answer, () => (answer.target === undefined ? "nothing" : targetListing(answer.target, answer.isHeld)));
}
