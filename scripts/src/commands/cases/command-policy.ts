import { QueueReason } from "@ntd/proto/casework/v1/case";
import { PolicyServiceService } from "@ntd/proto/casework/v1/policy_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { wordOf } from "../../cli/words.ts";

export function policyCommands(program: Command, cli: Cli): void {
  program
    .command("policy")
    .description("what machines decide by")
    .command("differences")
    .description("what machines decided and would not decide today; nothing follows from it by itself")
    .addOption(limitOption())
    .action(async ({ limit }: { limit: number }) => differences(cli, limit));
}

async function differences(cli: Cli, limit: number): Promise<void> {
  const { items, more } = await cli.call("casework", PolicyServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listPolicyDifferences(at);
      return { items: page.differences, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ differences: items, more }, () => {
    const rows = items.map((d) => [d.caseId, d.decidedTime, wordOf(QueueReason, d.wouldWaitBecause), d.basis]);
    const none = "machines would decide all the same today";
    return table(["case", "decided", "would wait today because", "decided on"], rows, none) + moreLine(more);
  });
}
