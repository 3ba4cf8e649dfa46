import type { DataOf, Event } from "@ntd/bus";
import { namesReports, withCaseFacts, withReport, type CaseView } from "./case-view.ts";
import { caseFacts } from "./case-facts.ts";
import { refreshFromCase } from "./refresh-timelines.ts";
import type { Collections } from "../store.ts";
import { write } from "./write.ts";

/** Keeps a case's decisions and when its first report was received. */
export function onCase(collections: Collections) {
  return async ({ data, version }: Event<DataOf<"case">>): Promise<void> => {
    const { caseId } = data;
    const facts = caseFacts(data, version);
    const arrived = namesReports(facts) ? await receivedTimes(collections, facts.reportIds) : undefined;
    const view = await write(collections.cases, caseId, (known) => withCaseFacts(known, facts, arrived));
    if (view !== undefined) await refreshFromCase(collections, caseId, await caughtUp(collections, caseId, view));
  };
}

/** Tells a case that waits for it of a report. */
export function reportArrived(
  { cases }: Pick<Collections, "cases">,
  caseId: string,
  reportId: string,
  receivedTime: Date,
): Promise<CaseView | undefined> {
  return write(cases, caseId, (view) => view && withReport(view, reportId, receivedTime));
}

// A report that arrived while the view was written found no case that waits for it.
async function caughtUp(collections: Collections, caseId: string, view: CaseView): Promise<CaseView> {
  let current = view;
  for (const [id, time] of await receivedTimes(collections, view.awaitedReportIds)) {
    current = (await reportArrived(collections, caseId, id, time)) ?? current;
  }
  return current;
}

async function receivedTimes({ reports }: Collections, ids: readonly string[]): Promise<Map<string, Date>> {
  const found = await Promise.all(ids.map((id) => reports.load(id)));
  return new Map(found.flatMap((report) => (report === undefined ? [] : [[report.id, report.state.receivedTime]])));
}
