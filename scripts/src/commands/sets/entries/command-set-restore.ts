import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { revocationListing } from "../../../listings/sets/revocation-listing.ts";
import { NAMED_MS, namedEntries, namingOptions, withItsFileOption, type NamingOptions } from "./named-entries.ts";

interface RestoreOptions extends NamingOptions {
  reason: string;
  withItsFile?: true;
}

/** Second thoughts on what was taken back, or is to be. */
export function restoreCommands(set: Command, cli: Cli): void {
  const [entries, file] = namingOptions();
  set
    .command("withdraw-revocation")
    .description("end a revocation that waits for another person: who asked for it, an owner or an approver")
    .addArgument(idArgument("revocation", "<revocation>"))
    .action(async (id: string) => {
      const request = { requestId: cli.requestId(), revocationId: id };
      const answer = await cli.call("hashlists", RevocationServiceService, (lists) =>
        lists.withdrawRevocation(request),
      );
      cli.print(answer, () => revocationListing(answer.revocation));
    });
  set
    .command("restore")
    .description("ask for entries to be found again that were taken back; it always takes another person")
    .argument("<id>")
    .addOption(entries)
    .addOption(file)
    .requiredOption("--reason <text>", "why, for the record")
    .addOption(withItsFileOption("give back"))
    .action(async (id: string, options: RestoreOptions) => restore(cli, id, options));
  set
    .command("approve-restore")
    .description("give back what somebody else asked for")
    .addArgument(idArgument("revocation", "<revocation>"))
    .action(async (id: string) => {
      const request = { requestId: cli.requestId(), revocationId: id };
      const answer = await cli.call(
        "hashlists",
        RevocationServiceService,
        (lists) => lists.approveRestoration(request),
        NAMED_MS,
      );
      cli.print(answer, () => revocationListing(answer.restoration));
    });
  set
    .command("withdraw-restore")
    .description("end a restoration that waits for another person")
    .addArgument(idArgument("revocation", "<revocation>"))
    .action(async (id: string) => {
      const request = { requestId: cli.requestId(), revocationId: id };
      const answer = await cli.call("hashlists", RevocationServiceService, (lists) =>
        lists.withdrawRestoration(request),
      );
      cli.print(answer, () => revocationListing(answer.restoration));
    });
}

async function restore(cli: Cli, setId: string, options: RestoreOptions): Promise<void> {
  const { reason, withItsFile } = options;
  const { entries, typed } = await namedEntries(options);
  const request = { requestId: cli.requestId(), setId, ...entries, reason, withItsFiles: withItsFile === true };
  const answer = await cli
    .call("hashlists", RevocationServiceService, (lists) => lists.restoreEntries(request), NAMED_MS)
    .catch(typed);
  cli.print(answer, () => revocationListing(answer.restoration));
}
