import type { DataOf, Event } from "@ntd/bus";
import { given } from "./facts.ts";
import { reportArrived } from "./on-case.ts";
import { refreshFromCase } from "./refresh-timelines.ts";
import { reportSaid } from "./report-facts.ts";
import type { Collections } from "../store.ts";
import { write } from "./write.ts";

const PAGE = 100;

/**
 * Keeps when a report was received, and tells the cases that wait for it. A case of today tells the time itself; the
 * views serve events of release 0.2, and of a casework that still is one.
 */
export function onReport(collections: Collections) {
  return async ({ data }: Event<DataOf<"report">>): Promise<void> => {
    const { reportId } = data;
    const receivedTime = given("received_time", data.receivedTime);
    await write(collections.reports, reportId, () => ({ receivedTime, said: reportSaid(data) }));
    for await (const page of collections.cases.pages({ where: { awaits: reportId } }, PAGE)) {
      for (const { id } of page) {
        const view = await reportArrived(collections, id, reportId, receivedTime);
        if (view !== undefined) await refreshFromCase(collections, id, view);
      }
    }
  };
}
