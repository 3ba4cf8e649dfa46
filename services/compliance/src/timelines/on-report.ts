import type { DataOf, Event } from "@ntd/bus";
import { change } from "@ntd/store";
import { everyPage } from "../every-page.ts";
import { given } from "./facts.ts";
import { reportArrived } from "./on-case.ts";
import { refreshTimelines } from "./refresh-timelines.ts";
import type { Records } from "../store.ts";

/** Keeps when a report was received, and tells the cases that wait for it. */
export function onReport(records: Records) {
  return async ({ data }: Event<DataOf<"report">>): Promise<void> => {
    const { reportId } = data;
    const receivedTime = given("received_time", data.receivedTime);
    await change(records.reports, reportId, () => ({ state: { receivedTime } }));
    const targetIds = [...new Set(data.targets.map((t) => t.targetId))];
    for await (const { id } of everyPage(records.cases, { targetId: { in: targetIds } })) {
      await reportArrived(records, id, reportId, receivedTime);
      await refreshTimelines(records, { caseId: id });
    }
  };
}
