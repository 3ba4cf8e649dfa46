import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import { StayServiceService } from "@ntd/proto/casework/v1/stay_service";
import type { RpcClient } from "@ntd/rpc";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { caseListing } from "../../listings/cases/case-listing.ts";
import { idArgument } from "../../cli/short-ids.ts";

interface StayOptions {
  court: string;
  reference: string;
  reason: string;
}

/** What a court or tribunal says of a case. */
export function stayCommands(group: Command, cli: Cli): void {
  group
    .command("stay")
    .description("a court's or tribunal's stay; it waits until a second person types the same court and reference")
    .addArgument(idArgument("case"))
    .requiredOption("--court <text>", "which one")
    .requiredOption("--reference <text>", "its number there")
    .requiredOption("--reason <text>", "what it says")
    .action(async (caseId: string, options: StayOptions) =>
      answer(cli, TYPED, (casework) => casework.setStay({ requestId: cli.requestId(), caseId, ...options })),
    );
  group
    .command("lift-stay")
    .description("the end of a stay; it waits until a second person says so")
    .addArgument(idArgument("case"))
    .requiredOption("--reason <text>", "why")
    .action(async (caseId: string, options: { reason: string }) =>
      answer(cli, SAID, (casework) => casework.liftStay({ requestId: cli.requestId(), caseId, ...options })),
    );
}

interface Stayed {
  case?: CaseView | undefined;
  waitsForSecondPerson: boolean;
}

const TYPED =
  "It waits for a second person, who types the same court and reference. What another one typed otherwise is replaced.";
const SAID = "It waits for a second person, who says so too.";

type Stays = RpcClient<typeof StayServiceService>;

async function answer(cli: Cli, waiting: string, call: (casework: Stays) => Promise<Stayed>) {
  const told = await cli.call("casework", StayServiceService, call);
  const waits = told.waitsForSecondPerson ? `\n\n${waiting}` : "";
  cli.print(told, () => caseListing(told.case) + waits);
}
