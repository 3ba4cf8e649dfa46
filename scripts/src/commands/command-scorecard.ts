import { Environment } from "@ntd/proto/common/v1/common";
import { ComplianceServiceService, type Figure, type NoticeTime } from "@ntd/proto/compliance/v1/compliance_service";
import { Outcome } from "@ntd/proto/takedown/v1/notice";
import { Option, type Command } from "commander";
import { instant } from "../cli/arguments.ts";
import type { Cli } from "../cli/cli.ts";
import { listing, spoken, table } from "../cli/output.ts";
import { collect, limitOption, moreLine } from "../cli/pages.ts";
import { wordOf } from "../cli/words.ts";
import { lookTable, sightOf } from "../listings/sight.ts";
import { remark } from "../listings/time-remark.ts";

interface RangeOptions {
  provider: string;
  from?: Date;
  to?: Date;
}

const DEFAULT_DAYS = 30;

export function scorecardCommands(program: Command, cli: Cli): void {
  const scorecard = program.command("scorecard").description("how long removal takes, open notices included");
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

function range({ provider: providerId = "", from, to }: Partial<RangeOptions>) {
  const toTime = to ?? new Date();
  const fromTime = from ?? new Date(toTime.getTime() - DEFAULT_DAYS * 24 * 3600 * 1000);
  return { providerId, fromTime, toTime };
}

async function figures(cli: Cli, options: RangeOptions): Promise<void> {
  const answer = await cli.call("compliance", ComplianceServiceService, (compliance) =>
    compliance.getScorecard(range(options)),
  );
  cli.print(answer, () => {
    const head = listing({
      provider: answer.providerId === "" ? "all" : answer.providerId,
      "issued from": answer.fromTime,
      "issued before": answer.toTime,
      "as of": answer.asOfTime,
      environment: answer.environments.map((e) => wordOf(Environment, e)),
      "misses until gone": answer.slotsRequired === 0 ? undefined : answer.slotsRequired,
    });
    if (nothingIssued(answer.figures)) {
      const whose = answer.providerId === "" ? "" : ` for provider ${answer.providerId}`;
      return `${head}\n\nno notice was issued in this range${whose}`;
    }
    const rows = answer.figures.map((f) => [f.name.replaceAll("_", " "), valueOf(f)]);
    return `${head}\n\n${table(["figure", "value"], rows)}\n\nDefinitions: --json`;
  });
}

function nothingIssued(all: readonly Figure[]): boolean {
  return all.some(({ name, value }) => name === "issued" && value?.$case === "count" && value.value === 0n);
}

function valueOf({ value }: Figure): string {
  switch (value?.$case) {
    case "count":
      return String(value.value);
    case "duration":
      return spoken(value.value);
    case "share":
      return `${(value.value * 100).toFixed(1)} %`;
    case "notReached":
      return "not reached";
    case undefined:
      return "unknown to this release";
  }
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
