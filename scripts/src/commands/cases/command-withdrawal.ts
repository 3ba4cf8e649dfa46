import type { WithdrawablePicture } from "@ntd/proto/casework/v1/withdrawal_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import type { Command } from "commander";
import { causeCommands, type What } from "../../cli/causes.ts";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";

export function withdrawalCommands(program: Command, cli: Cli): void {
  const withdrawal = program
    .command("withdrawal")
    .description(
      "take back all that rests on one entry, release, set, rule, person or cluster: one puts it in doubt, another confirms",
    );
  const reopen = withdrawal
    .command("reopen")
    .description('put every "illegal" in doubt that rests on it alone: what was sent is suspended');
  for (const command of causeCommands<ReopenOptions>(reopen, async (what, { reason }) =>
    reopenAll(cli, what, reason),
  )) {
    command.requiredOption("--reason <text>", "what is in doubt");
  }
  const list = withdrawal.command("list").description("what is in doubt from it: each distinct picture once");
  for (const command of causeCommands<ListOptions>(list, async (what, { limit }) => listAll(cli, what, limit))) {
    command.addOption(limitOption());
  }
  const confirm = withdrawal
    .command("confirm")
    .description("a second person's word against the named pictures: their notices ask to restore");
  for (const command of causeCommands<ConfirmOptions>(confirm, async (what, of) => confirmAll(cli, what, of))) {
    command
      .requiredOption("--picture <name...>", "as they are listed; others are left alone")
      .requiredOption("--reason <text>", "why, for those who look at it later");
  }
}

interface ReopenOptions {
  reason: string;
}

interface ListOptions {
  limit: number;
}

interface ConfirmOptions {
  picture: string[];
  reason: string;
}

async function reopenAll(cli: Cli, what: What, reason: string): Promise<void> {
  const answer = await cli.call("casework", WithdrawalServiceService, (casework) =>
    casework.reopenCases({ requestId: cli.requestId(), cause: { what }, reason }),
  );
  const { reopenedCount, leftCount } = answer;
  cli.print(answer, () => `${reopenedCount} in doubt now, ${leftCount} that rest on it alone are in force still`);
}

async function listAll(cli: Cli, what: What, limit: number): Promise<void> {
  const { items: pictures, more } = await cli.call("casework", WithdrawalServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listWithdrawals({ cause: { what }, ...at });
      return { items: page.pictures, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ pictures, more }, () => table(HEAD, pictures.map(row), "nothing of it is in doubt") + moreLine(more));
}

async function confirmAll(cli: Cli, what: What, { picture: pictures, reason }: ConfirmOptions): Promise<void> {
  const answer = await cli.call("casework", WithdrawalServiceService, (casework) =>
    casework.confirmWithdrawals({ requestId: cli.requestId(), cause: { what }, pictures, reason }),
  );
  const { withdrawnCount, leftCount, changedPictures } = answer;
  cli.print(answer, () => {
    const counts = `${withdrawnCount} withdrawn, ${leftCount} left`;
    if (changedPictures.length === 0) return counts;
    return `${counts}\nnot as they are listed now, and left alone: ${changedPictures.join(", ")}`;
  });
}

const HEAD = ["picture", "cases", "decided otherwise by one", "by your word alone", "one of them"];

function row(one: WithdrawablePicture) {
  return [one.picture, one.caseCount, one.decidedOtherwiseCount, one.ownWordCount, one.exampleCaseId];
}
