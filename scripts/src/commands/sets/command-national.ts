import { ProposalServiceService, ProposalState, type Proposal } from "@ntd/proto/hashlists/v1/proposal_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { idArgument } from "../../cli/short-ids.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { wordOf } from "../../cli/words.ts";

export function nationalCommands(program: Command, cli: Cli): void {
  const national = program.command("national").description("what was decided illegal and may go to the national list");
  national
    .command("proposals")
    .description("files that were decided illegal: those that wait for a second person first")
    .addOption(limitOption())
    .action(async (options: { limit: number }) => proposals(cli, options.limit));
  national
    .command("confirm")
    .description("say that a file is illegal and belongs there: by an assessor who has seen it, and did not decide it")
    .addArgument(idArgument("proposal", "<proposal>"))
    .action(async (proposalId: string) => {
      const { proposal } = await cli.call("hashlists", ProposalServiceService, (client) =>
        client.confirmProposal({ requestId: cli.requestId(), proposalId }),
      );
      cli.print({ proposal }, () => shown(proposal));
    });
  national
    .command("refuse")
    .description("say that a file does not belong there, whatever else is decided of it; not once it is listed")
    .addArgument(idArgument("proposal", "<proposal>"))
    .requiredOption("--reason <text>", "why, without addresses and hashes")
    .action(async (proposalId: string, { reason }: { reason: string }) => {
      const { proposal } = await cli.call("hashlists", ProposalServiceService, (client) =>
        client.refuseProposal({ requestId: cli.requestId(), proposalId, reason }),
      );
      cli.print({ proposal }, () => shown(proposal));
    });
}

async function proposals(cli: Cli, limit: number): Promise<void> {
  const { items, more } = await cli.call("hashlists", ProposalServiceService, (client) =>
    collect(limit, async (at) => {
      const page = await client.listProposals(at);
      return { items: page.proposals, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ proposals: items, more }, () => table(HEAD, items.map(row), "nothing is proposed") + moreLine(more));
}

const HEAD = ["proposal", "state", "since", "seen by", "cases", "note"];

function row(proposal: Proposal) {
  const { proposalId, proposedTime, seenBy, caseIds } = proposal;
  return [{ id: proposalId }, stateOf(proposal), proposedTime, seenBy.join(", "), caseIds.join(", "), noteOf(proposal)];
}

function shown(proposal: Proposal | undefined): string {
  if (proposal === undefined) return "nothing";
  const note = noteOf(proposal);
  return `${proposal.proposalId} is ${stateOf(proposal)}${note === "" ? "" : ` (${note})`}`;
}

function stateOf({ state }: Proposal): string {
  return wordOf(ProposalState, state);
}

function noteOf({ contradicted, inDoubt, refusedBy, refusedReason }: Proposal): string {
  if (refusedBy !== "") return `by ${refusedBy}: ${refusedReason}`;
  if (inDoubt) return "its decision is in doubt: no machine decides by it";
  return contradicted ? "somebody who saw it says otherwise" : "";
}
