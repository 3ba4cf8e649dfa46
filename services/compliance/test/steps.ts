import { calledBy } from "./called-by.ts";
import { randomUUID } from "node:crypto";
import type { Event } from "@ntd/bus";
import { caseEvent, noticeEvent, reportEvent, targetEvent } from "./example-events.ts";
import { at } from "./examples.ts";
import type { OneStore } from "./one-store.ts";
import { listNoticeTimes } from "../src/scorecard/rpc-list-notice-times.ts";
import type { Collections } from "../src/store.ts";
import { onCase } from "../src/timelines/on-case.ts";
import { onNotice } from "../src/timelines/on-notice.ts";
import { onReport } from "../src/timelines/on-report.ts";
import { onTarget } from "../src/timelines/on-target.ts";

/** An event that is handled. */
export type Step = (collections: Collections) => Promise<void>;

function event<T>(version: number, data: T): Event<T> {
  return { id: randomUUID(), verb: "changed", time: at(0), aggregateId: "any", version, data };
}
export const report = (...[changed]: Parameters<typeof reportEvent>): Step => {
  return (collections) => onReport(collections)(event(1, reportEvent(changed)));
};
export const target = (version: number, ...[changed]: Parameters<typeof targetEvent>): Step => {
  return (collections) => onTarget(collections)(event(version, targetEvent(changed)));
};
export const caseStep = (version: number, ...args: Parameters<typeof caseEvent>): Step => {
  return (collections) => onCase(collections)(event(version, caseEvent(...args)));
};
export const notice = (version: number, ...args: Parameters<typeof noticeEvent>): Step => {
  return (collections) => onNotice(collections)(event(version, noticeEvent(...args)));
};

export const clock = { now: () => at(1000) };

/** The times of all notices once these events were handled in an empty store, one after the other. */
export async function played(store: OneStore, steps: readonly Step[]) {
  return store.inEmpty(async (collections) => {
    for (const step of steps) await step(collections);
    const range = { providerId: "", fromTime: at(-1000), toTime: at(1000) };
    const request = { ...range, pageSize: 0, pageToken: "" };
    return (await listNoticeTimes({ ...collections, clock })(request, calledBy("regulator/rita"))).noticeTimes;
  });
}
