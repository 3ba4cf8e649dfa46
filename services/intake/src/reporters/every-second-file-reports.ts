import { startLoop, tryEach, type Logger, type Loop } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { outcomeOf, type Outcome, type TargetStatus } from "../reports/status.ts";
import type { StoredReport } from "../store.ts";
import { filingsOf, type Filing } from "./filing.ts";

const PAGE = 100;

type FilingDeps = Pick<Deps, "reports" | "filings" | "targetStatus">;

/**
 * Files what was reported, by which each sender's numbers are counted, and tells filings what became of their target.
 * Beside the call: a report is taken in one write.
 */
export function startFiling(deps: FilingDeps & { log: Logger }): Loop {
  return startLoop("file reports", 1000, deps.log, (stop) => fileReports(deps, stop));
}

export async function fileReports(deps: FilingDeps, stop: AbortSignal = new AbortController().signal): Promise<void> {
  // What came first is filed first: a later report finds it.
  const unfiled = deps.reports.pages({ where: { isUnfiled: true }, orderBy: "receivedTime" }, PAGE);
  await tryEach(unfiled, stop, (report) => fileReport(deps, report));
  const untold = deps.targetStatus.pages({ where: { isUntold: true } }, PAGE);
  await tryEach(untold, stop, (status) => tellFilings(deps, status, stop));
}

/** The filings are there before the report counts as filed; each is told what is known once it is there. */
async function fileReport(deps: FilingDeps, report: Document<StoredReport>): Promise<void> {
  const { id, state } = report;
  const filings: { id: string; state: Filing }[] = [];
  for (const { id: filingId, state: filing } of filingsOf(id, state)) {
    const isKnown = await isKnownTo(deps, filing);
    filings.push({ id: filingId, state: { ...filing, ...(isKnown && { isKnown }) } });
  }
  await deps.filings.insertMany(filings);
  for (const { id: filingId, state: filing } of filings) {
    await tell(deps, filingId, outcomeOf((await deps.targetStatus.load(filing.targetId))?.state));
  }
  const { isUnfiled: _, ...filed } = state;
  await deps.reports.save(report, filed);
}

// By the same sender: whether others reported an address is nobody's to know.
async function isKnownTo({ filings }: FilingDeps, { submitter, targetId, receivedTime }: Filing): Promise<boolean> {
  const where = { submitter, targetId, receivedTime: { lt: receivedTime } };
  return (await filings.find({ where, orderBy: "receivedTime", limit: 1 })).length > 0;
}

/** A report that comes meanwhile reads the status behind its own write. */
async function tellFilings(deps: FilingDeps, status: Document<TargetStatus>, stop: AbortSignal): Promise<void> {
  const outcome = outcomeOf(status.state);
  const others = (["open", "illegal", "other"] as const).filter((other) => other !== outcome);
  const behind = deps.filings.pages({ where: { targetId: status.id, outcome: { in: others } } }, PAGE);
  await tryEach(behind, stop, ({ id }) => tell(deps, id, outcome));
  const { isUntold: _, ...told } = status.state;
  if (!stop.aborted) await deps.targetStatus.save(status, told);
}

async function tell({ filings }: FilingDeps, id: string, outcome: Outcome): Promise<void> {
  await change(filings, id, (filing) =>
    filing === undefined || filing.outcome === outcome ? undefined : { state: { ...filing, outcome } },
  );
}
