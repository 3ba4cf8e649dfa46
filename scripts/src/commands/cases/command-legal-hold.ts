import { LegalHoldServiceService } from "@ntd/proto/casework/v1/legal_hold_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { idArgument } from "../../cli/short-ids.ts";
import { caseListing } from "../../listings/cases/case-listing.ts";

/** A case that is evidence. */
export function legalHoldCommands(group: Command, cli: Cli): void {
  group
    .command("legal-hold")
    .description(
      "keep it as evidence: its address, words, contacts and notices are not erased at the end of their period",
    )
    .addArgument(idArgument("case"))
    .requiredOption("--reason <text>", "who asks for it, under which reference")
    .action(async (caseId: string, { reason }: { reason: string }) => {
      const request = { requestId: cli.requestId(), caseId, reason };
      const told = await cli.call("casework", LegalHoldServiceService, (casework) => casework.setLegalHold(request));
      cli.print(told, () => caseListing(told.case));
    });
  group
    .command("lift-legal-hold")
    .description("the end of that, for what comes later; it waits until a second person says so")
    .addArgument(idArgument("case"))
    .requiredOption("--reason <text>", "why")
    .action(async (caseId: string, { reason }: { reason: string }) => {
      const request = { requestId: cli.requestId(), caseId, reason };
      const told = await cli.call("casework", LegalHoldServiceService, (casework) => casework.liftLegalHold(request));
      const waits = told.waitsForSecondPerson ? "\n\nIt waits for a second person, who says so too." : "";
      cli.print(told, () => caseListing(told.case) + waits);
    });
}
