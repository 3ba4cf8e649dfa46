import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { changeListing } from "../../../listings/sets/change-listing.ts";

/** What is proposed by itself: the way back, and a set's end. `set approve-change` brings it into force. */
export function backCommands(set: Command, cli: Cli): void {
  set
    .command("rollback")
    .description("propose that an earlier release is in force again; another person approves it (set approve-change)")
    .argument("<id>")
    .addArgument(idArgument("release", "<release>"))
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (id: string, release: string, options: { reason: string }) =>
      propose(cli, id, { rollbackToReleaseId: release, ...options }),
    );
  set
    .command("retire")
    .description("propose that nothing of a set is in force any more, for good; another person approves it")
    .argument("<id>")
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (id: string, options: { reason: string }) => propose(cli, id, { retire: true, ...options }));
}

async function propose(
  cli: Cli,
  setId: string,
  wanted: { reason: string; rollbackToReleaseId?: string; retire?: boolean },
): Promise<void> {
  const request = { requestId: cli.requestId(), setId, ...wanted };
  const answer = await cli.call("hashlists", HashListServiceService, (lists) => lists.proposeSetChange(request));
  cli.print(answer, () => changeListing(answer.change));
}
