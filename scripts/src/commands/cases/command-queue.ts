import { Priority, QueueReason } from "@ntd/proto/casework/v1/case";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice, wordOf } from "../../cli/words.ts";

export function queueCommands(program: Command, cli: Cli): void {
  program
    .command("queue")
    .description("the cases that wait for a person")
    .addOption(limitOption())
    .addOption(choice("--lane <word>", "only what waits because of this", QueueReason))
    .action(async (options: Options) => queue(cli, options));
}

interface Options {
  limit: number;
  lane?: QueueReason;
}

async function queue(cli: Cli, { limit, lane = "QUEUE_REASON_UNSPECIFIED" }: Options): Promise<void> {
  const { items: cases, more } = await cli.call("casework", CaseServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listQueue({ ...at, queueReason: lane });
      return { items: page.cases, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ cases, more }, () => {
    const rows = cases.map((c) => {
      const [priority, reason] = [wordOf(Priority, c.priority), wordOf(QueueReason, c.queueReason)];
      const due = c.overdue ? "overdue" : c.dueTime;
      return [c.caseId, priority, reason, c.queuedTime, c.reportCount, c.claimedBy, c.claimExpireTime, due];
    });
    const head = ["case", "priority", "waits because", "since", "reports", "claimed by", "until", "due"];
    return table(head, rows, "no case waits") + moreLine(more);
  });
}
