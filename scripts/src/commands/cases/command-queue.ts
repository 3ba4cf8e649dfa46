import {
  AssessmentServiceService,
  type GetQueueStatsResponse,
  type GetViewsResponse,
} from "@ntd/proto/casework/v1/assessment_service";
import { Lane, Priority, QueueReason } from "@ntd/proto/casework/v1/case";
import { CaseServiceService, type QueuedCase } from "@ntd/proto/casework/v1/case_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice, wordOf } from "../../cli/words.ts";
import { shownCounts } from "../../listings/cases/hit-table.ts";
import { search } from "./command-assessment.ts";

export function queueCommands(program: Command, cli: Cli): void {
  program
    .command("queue")
    .description("the cases that wait for a person, lane by lane")
    .addOption(limitOption())
    // A reason is no lane; it was called one in 0.2.
    .addOption(choice("--lane <word>", "only this lane, or what waits because of this", { ...QueueReason, ...Lane }))
    .addOption(choice("--reason <word>", "only what waits because of this", QueueReason))
    .option("--country <code>", "only what is hosted there, two letters")
    .option("--mine", "only what you have in hand", false)
    .option("--stats", "how many wait in each lane, and how many are to be assessed by now", false)
    .action(async (options: Options) => {
      if (options.stats) return stats(cli);
      if (options.mine) return search(cli, { $case: "mine", value: true }, options.limit);
      return queue(cli, options);
    });
  program
    .command("views")
    .description("how many pictures you viewed today, and how many are left")
    .action(async () => {
      const answer = await cli.call("casework", AssessmentServiceService, (casework) => casework.getViews({}));
      cli.print(answer, () => viewsLine(answer));
    });
}

function viewsLine({ viewedToday, leftToday }: GetViewsResponse): string {
  return `viewed today: ${viewedToday}; left: ${leftToday ?? "no end"}`;
}

interface Options {
  limit: number;
  lane?: Lane | QueueReason;
  reason?: QueueReason;
  country?: string;
  mine: boolean;
  stats: boolean;
}

async function queue(cli: Cli, { limit, lane, reason, country }: Options): Promise<void> {
  const isLane = isLaneName(lane);
  const queueReason = reason ?? (isLane || lane === undefined ? QueueReason.UNSPECIFIED : (lane as QueueReason));
  const where = {
    queueReason,
    ...(isLane && { lane: lane as Lane }),
    ...(country !== undefined && { hostingCountry: country.toUpperCase() }),
  };
  const { items: cases, more } = await cli.call("casework", CaseServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listQueue({ ...at, ...where });
      return { items: page.cases, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ cases, more }, () => {
    const head = ["case", "lane", "waits because", "shows", "since", "reports", "claimed by", "until", "due"];
    return table(head, cases.map(row), "no case waits") + moreLine(more);
  });
}

function isLaneName(word: Lane | QueueReason | undefined): boolean {
  return word !== undefined && Object.values<string>(Lane).includes(word);
}

function row(one: QueuedCase) {
  const { caseId, lane, priority, queueReason, queuedTime, reportCount, claimedBy, claimExpireTime } = one;
  const place = lane === undefined ? wordOf(Priority, priority) : wordOf(Lane, lane);
  const shows = one.pageCounts && shownCounts(one.pageCounts);
  const due = one.overdue ? { alarm: "overdue" } : one.dueTime;
  return [
    { id: caseId },
    place,
    wordOf(QueueReason, queueReason),
    shows,
    queuedTime,
    reportCount,
    claimedBy,
    claimExpireTime,
    due,
  ];
}

async function stats(cli: Cli): Promise<void> {
  const answer = await cli.call("casework", AssessmentServiceService, (casework) => casework.getQueueStats({}));
  cli.print(answer, () => statsTable(answer));
}

function statsTable({ lanes, overdue, dueSoon, isCut }: GetQueueStatsResponse): string {
  const rows = lanes.map((one) => [wordOf(Lane, one.lane), one.waiting, one.claimed, one.oldestTime]);
  const duty = `to be assessed within 24 hours: ${overdue} overdue, ${dueSoon} due within four hours`;
  const cut = isCut ? "\nCounts end at 10,000." : "";
  return `${table(["lane", "waiting", "claimed", "oldest"], rows)}\n\n${duty}${cut}`;
}
