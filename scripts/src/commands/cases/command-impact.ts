import { CaseState, Verdict } from "@ntd/proto/casework/v1/case";
import { Standing, type ImpactedCase } from "@ntd/proto/casework/v1/impact";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { NoticeState, type Notice } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import type { Command } from "commander";
import { causeCommands, type What } from "../../cli/causes.ts";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { idArgument } from "../../cli/short-ids.ts";
import { wordOf } from "../../cli/words.ts";

export function impactCommands(program: Command, cli: Cli): void {
  const impact = program
    .command("impact")
    .description("what something has caused: cases, where they stand, what rests on it alone; for operators, notices");
  const run = async (what: What, { limit }: { limit: number }) => show(cli, what, limit);
  const ofCase = impact
    .command("case")
    .description("of one case")
    .addArgument(idArgument("case"))
    .action(async (value: string, options: { limit: number }) => run({ $case: "caseId", value }, options));
  for (const command of [...causeCommands(impact, run), ofCase]) command.addOption(limitOption());
}

async function show(cli: Cli, what: What, limit: number): Promise<void> {
  const cause = { what };
  const { counts, items, more } = await cli.call("casework", WithdrawalServiceService, async (casework) => {
    const { counts: all } = await casework.getImpact({ cause });
    const listed = await collect(limit, async (at) => {
      const page = await casework.listImpact({ cause, ...at });
      return { items: page.cases, nextPageToken: page.nextPageToken };
    });
    return { counts: all, ...listed };
  });
  const notices = await noticesOf(cli, items);
  const cases = items.map((one) => ({ ...one, ...(notices && { notices: notices.get(one.caseId) ?? [] }) }));
  cli.print({ counts, cases, more }, () => {
    const rows = counts.map((one) => [wordOf(Standing, one.standing), one.count, one.restingCount]);
    const summary = table(["stands", "cases", "rest on it alone"], rows, "nothing hits it or was decided by it");
    if (cases.length === 0) return summary;
    return `${summary}\n\n${table(HEAD, cases.map(row))}${moreLine(more)}${notices ? "" : "\nTheir notices are for operators."}`;
  });
}

/** By case; undefined when the caller may not see notices. */
async function noticesOf(cli: Cli, cases: readonly ImpactedCase[]): Promise<Map<string, Notice[]> | undefined> {
  const found = new Map<string, Notice[]>();
  try {
    await cli.call("takedown", NoticeServiceService, async (takedown) => {
      for (const { caseId } of cases) {
        const { items } = await collect(MOST_NOTICES, async (at) => {
          const page = await takedown.listNotices({ state: NoticeState.UNSPECIFIED, caseId, ...at });
          return { items: page.notices, nextPageToken: page.nextPageToken };
        });
        found.set(caseId, items);
      }
    });
  } catch (error) {
    if (Problem.from(error).reason === "NOT_ALLOWED") return undefined;
    throw error;
  }
  return found;
}

/** Of one case: it has one for each provider of each decision. */
const MOST_NOTICES = 200;

const HEAD = ["case", "state", "stands", "verdict", "decided by", "decided", "rests on it alone", "notices"];

function row(one: ImpactedCase & { notices?: Notice[] }) {
  const { caseId, state, standing, verdict, decidedBy, decidedTime, restsOnCause, notices = [] } = one;
  const sent = notices.map((notice) => `${notice.providerId} ${wordOf(NoticeState, notice.state)}`);
  const said = [wordOf(CaseState, state), wordOf(Standing, standing), wordOf(Verdict, verdict), decidedBy, decidedTime];
  return [caseId, ...said, restsOnCause ? "yes" : "no", sent];
}
