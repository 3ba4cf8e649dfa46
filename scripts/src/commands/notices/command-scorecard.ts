import { Environment } from "@ntd/proto/common/v1/common";
import {
  Cohort,
  ComplianceServiceService,
  type Figure,
  type GetScorecardResponse,
  type NoticeTime,
} from "@ntd/proto/compliance/v1/compliance_service";
import { Outcome } from "@ntd/proto/takedown/v1/notice";
import { Option, type Command } from "commander";
import { instant } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice, wordOf } from "../../cli/words.ts";
import { figureTables } from "../../listings/notices/figures.ts";
import { lookTable, sightOf } from "../../listings/sight.ts";
import { remark } from "../../listings/notices/time-remark.ts";

interface RangeOptions {
  provider?: string;
  of?: Cohort;
  from?: Date;
  to?: Date;
}

const DEFAULT_DAYS = 30;

export function scorecardCommands(program: Command, cli: Cli): void {
  const scorecard = program
    .command("scorecard")
    .description("how long removal takes, open notices included; and what came in, waited for police and went abroad")
    .addOption(choice("--of <cohort>", "only figures of these (default: all; of a provider notices alone)", Cohort));
  for (const option of rangeOptions()) scorecard.addOption(option);
  scorecard.action(async (options: RangeOptions) => figures(cli, options));
  const times = scorecard
    .command("times")
    .description("the notices behind the figures")
    .option("--looks", "under each, what each eye said in the looks that count, and where its evidence is")
    .addOption(limitOption());
  for (const option of rangeOptions()) times.addOption(option);
  // Options before the word "times" are the outer command's.
  times.action(async (_options: unknown, command: Command) => list(cli, command.optsWithGlobals()));
}

function rangeOptions(): Option[] {
  return [
    new Option("--provider <id>", "one provider (default: all)"),
    new Option("--from <instant>", `notices issued from here (default: ${DEFAULT_DAYS} days before --to)`).argParser(
      instant,
    ),
    new Option("--to <instant>", "and before here (default: now)").argParser(instant),
  ];
}

function range({ provider: providerId = "", from, to }: RangeOptions) {
  const toTime = to ?? new Date();
  const fromTime = from ?? new Date(toTime.getTime() - DEFAULT_DAYS * 24 * 3600 * 1000);
  return { providerId, fromTime, toTime };
}

const COHORTS = [Cohort.NOTICES, Cohort.ABROAD, Cohort.HELD, Cohort.CASES, Cohort.REPORTS];

async function figures(cli: Cli, options: RangeOptions): Promise<void> {
  const ofAll = options.provider === undefined ? COHORTS : [Cohort.NOTICES];
  const cohorts: Cohort[] = options.of === undefined ? ofAll : [options.of];
  const asked = range(options);
  const answers = await cli.call("compliance", ComplianceServiceService, async (compliance) => {
    const found: GetScorecardResponse[] = [];
    for (const cohort of cohorts) {
      const answer = await compliance.getScorecard(cohort === Cohort.NOTICES ? asked : { ...asked, cohort });
      // A service of an earlier release knows notices alone, and answers with them.
      if (cohort === Cohort.NOTICES || answer.cohort === cohort) found.push(answer);
    }
    return found;
  });
  const [first] = answers;
  if (first === undefined) throw new UsageError("the service is of an earlier release, which knows no such figures");
  const all = { ...first, figures: answers.flatMap((answer) => answer.figures) };
  const definitions = answers.length === 1 && nothingIssued(all.figures) ? "" : "Definitions: --json";
  cli.print(all, () => [headOf(all), ...answers.map(cohortText), definitions].filter(Boolean).join("\n\n"));
}

function headOf(answer: GetScorecardResponse): string {
  return listing({
    provider: answer.providerId === "" ? "all" : answer.providerId,
    from: answer.fromTime,
    to: answer.toTime,
    "as of": answer.asOfTime,
    environment: answer.environments.map((e) => wordOf(Environment, e)),
    "misses until gone": answer.slotsRequired === 0 ? undefined : answer.slotsRequired,
  });
}

function cohortText({ cohort, providerId, figures: some }: GetScorecardResponse): string {
  const isOfNotices = cohort === undefined || cohort === Cohort.NOTICES;
  if (!isOfNotices || !nothingIssued(some)) return figureTables(some);
  const whose = providerId === "" ? "" : ` for provider ${providerId}`;
  return `no notice was issued in this range${whose}`;
}

function nothingIssued(all: readonly Figure[]): boolean {
  return all.some(({ name, value }) => name === "issued" && value?.$case === "count" && value.value === 0n);
}

async function list(cli: Cli, options: RangeOptions & { limit: number; looks?: true }): Promise<void> {
  const { items: noticeTimes, more } = await cli.call("compliance", ComplianceServiceService, (compliance) =>
    collect(options.limit, async (at) => {
      const page = await compliance.listNoticeTimes({ ...range(options), ...at });
      return { items: page.noticeTimes, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ noticeTimes, more }, () => {
    const rows = noticeTimes.map((n) => {
      const claim = wordOf(Outcome, n.claimedOutcome);
      return [n.noticeId, n.providerId, n.issuedTime, n.acknowledgedTime, claim, n.claimedTime, n.goneTime, remark(n)];
    });
    const head = ["notice", "provider", "issued", "acknowledged", "claim", "claimed", "gone", ""];
    const looks = options.looks ? noticeTimes.map(looksOf).join("") : "";
    return table(head, rows, "no notice was issued") + looks + moreLine(more);
  });
}

/** What each eye said of a notice's target in the looks that count. */
function looksOf(time: NoticeTime): string {
  const looks = time.looks.length === 0 ? [] : [lookTable(time.looks)];
  return ["", listing({ notice: time.noticeId, "last look": time.lastLookTime, ...sightOf(time) }), ...looks].join(
    "\n\n",
  );
}
