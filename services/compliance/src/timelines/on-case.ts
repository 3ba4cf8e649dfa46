import type { DataOf, Event } from "@ntd/bus";
import { change } from "@ntd/store";
import { withCaseFacts, withReport } from "./case-view.ts";
import { caseFacts } from "./facts.ts";
import { refreshTimelines } from "./refresh-timelines.ts";
import type { Records } from "../store.ts";

/** Keeps a case's decisions and looks up the reports that it names. */
export function onCase(records: Records) {
  return async ({ data }: Event<DataOf<"case">>): Promise<void> => {
    const { caseId } = data;
    const facts = caseFacts(data);
    const view = await change(records.cases, caseId, (state) => ({ state: withCaseFacts(state, facts) }));
    for (const reportId of view?.state.awaitedReportIds ?? []) {
      const report = await records.reports.load(reportId);
      if (report !== undefined) await reportArrived(records, caseId, reportId, report.state.receivedTime);
    }
    await refreshTimelines(records, { caseId });
  };
}

/** Tells a case that waits for it of a report. */
export async function reportArrived(
  records: Records,
  caseId: string,
  reportId: string,
  receivedTime: Date,
): Promise<void> {
  await change(records.cases, caseId, (view) => {
    const next = view && withReport(view, reportId, receivedTime);
    return next === undefined || next === view ? undefined : { state: next };
  });
}
