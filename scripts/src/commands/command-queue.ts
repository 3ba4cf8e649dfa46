import { Priority, QueueReason } from "@ntd/proto/casework/v1/case";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import type { Command } from "commander";
import type { Cli } from "../cli/cli.ts";
import { table } from "../cli/output.ts";
import { collect, limitOption, moreLine } from "../cli/pages.ts";
import { wordOf } from "../cli/words.ts";

export function queueCommands(program: Command, cli: Cli): void {
  program
    .command("queue")
    .description("the cases that wait for a person")
    .addOption(limitOption())
    .action(async (options: { limit: number }) => queue(cli, options.limit));
}

async function queue(cli: Cli, limit: number): Promise<void> {
  const { items: cases, more } = await cli.call("casework", CaseServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listQueue(at);
      return { items: page.cases, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ cases, more }, () => {
    const rows = cases.map((c) => {
      const [priority, reason] = [wordOf(Priority, c.priority), wordOf(QueueReason, c.queueReason)];
      return [c.caseId, priority, reason, c.queuedTime, c.reportCount, c.claimedBy, c.claimExpireTime];
    });
    const head = ["case", "priority", "waits because", "since", "reports", "claimed by", "until"];
    return table(head, rows, "no case waits") + moreLine(more);
  });
}
