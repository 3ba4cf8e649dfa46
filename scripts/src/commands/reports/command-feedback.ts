import { writeFile } from "node:fs/promises";
import { ReporterServiceService, type GetFeedbackResponse } from "@ntd/proto/intake/v1/reporter_service";
import { InvalidArgumentError, type Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, toJson } from "../../cli/output.ts";

interface FeedbackOptions {
  from?: Date;
  to?: Date;
  submitter: string;
  out?: string;
}

const DEFAULT_MONTHS = 12;

export function feedbackCommand(report: Command, cli: Cli): void {
  report
    .command("feedback")
    .description("how complete and how useful your reports are, by whole months: numbers alone")
    .option("--from <YYYY-MM>", `the first month (default: of ${DEFAULT_MONTHS})`, month)
    .option("--to <YYYY-MM>", "the last month (default: this one)", month)
    .option("--submitter <kind/name>", "for operators: of whom", "")
    .option("--out <file>", "write them to a file, as JSON")
    .action(async (options: FeedbackOptions) => feedback(cli, options));
}

async function feedback(cli: Cli, { from, to = new Date(), submitter, out }: FeedbackOptions): Promise<void> {
  const untilTime = monthsAfter(to, 1);
  const fromTime = from ?? monthsAfter(untilTime, -DEFAULT_MONTHS);
  const asked = { fromTime, untilTime, submitter };
  const answer = await cli.call("intake", ReporterServiceService, (intake) => intake.getFeedback(asked));
  const file = { format: "ntd-feedback-1", ...asked, ...answer };
  if (out === undefined) return cli.print(file, () => told(asked, answer));
  await writeFile(out, `${toJson(file)}\n`, { mode: 0o600 }).catch((cause: unknown) => {
    throw new UsageError(`${out} cannot be written; name another file with --out`, { cause });
  });
  cli.print(file, () => `${told(asked, answer)}\n\nwritten to ${out}`);
}

function told(
  { fromTime, untilTime, submitter }: { fromTime: Date; untilTime: Date; submitter: string },
  answer: GetFeedbackResponse,
): string {
  const { illegalCount = "", usefulScore = "" } = answer;
  return listing({
    submitter,
    from: fromTime,
    until: untilTime,
    reports: answer.reportCount,
    addresses: answer.targetCount,
    "reported before by you": answer.knownTargetCount,
    "complete, of 100": answer.completeScore,
    "mostly missing": answer.missing,
    decided: answer.decidedCount,
    "of them illegal, about": illegalCount,
    "useful, of 100": usefulScore,
  });
}

function month(text: string): Date {
  const date = new Date(`${text}-01T00:00:00Z`);
  if (/^\d{4}-\d{2}$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It is no month like 2030-01.");
}

/** The first moment of the month that lies so many months after this one's. */
function monthsAfter(date: Date, months: number): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
}
