import { randomUUID } from "node:crypto";
import type { Cohort } from "@ntd/proto/compliance/v1/compliance_service";
import { systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { getScorecard } from "../../services/compliance/src/scorecard/rpc-get-scorecard.ts";
import { listNoticeTimes } from "../../services/compliance/src/scorecard/rpc-list-notice-times.ts";
import { openCollections, targetViewId, timelineId, type Collections } from "../../services/compliance/src/store.ts";
import type { CaseTold } from "../../services/compliance/src/timelines/case-told.ts";
import { onCase } from "../../services/compliance/src/timelines/on-case.ts";
import { onNotice } from "../../services/compliance/src/timelines/on-notice.ts";
import { onReport } from "../../services/compliance/src/timelines/on-report.ts";
import { onTarget } from "../../services/compliance/src/timelines/on-target.ts";
import { withCase, withNotice, withTarget, type Timeline } from "../../services/compliance/src/timelines/timeline.ts";
import { calledBy } from "../../services/compliance/test/called-by.ts";
import { caseEvent, noticeEvent, reportEvent, targetEvent } from "../../services/compliance/test/example-events.ts";
import { answer, at, noticeExample, targetExample } from "../../services/compliance/test/examples.ts";
import { compared, timesOf, withLateness } from "./quantity-measure.ts";
import { callsFor, type Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { atMost, stated, type Figure } from "./report.ts";

/** Notices that one scorecard is made of. */
const COHORT = 100_000;

/** compliance with every notice that a country ever sent. */
export async function measureCompliance(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const url = await stores.filled("compliance", (fresh) => fill(fresh, sizes));
  await using emptyStore = await openStore(stores.empty("compliance"));
  const empty = await openCollections(emptyStore);
  const opened = performance.now();
  await using store = await openStore(url);
  const full = await openCollections(store);
  const figures = [stated("compliance: open", performance.now() - opened, "ms")];
  const rows: [string, (collections: Collections, calls: number) => Promise<number[]>][] = [
    ["compliance: a report, its target, case and notice", path],
    ["compliance: a look at a target under a notice", look],
    ["compliance: a case event that says nothing new", nothingNew],
    ["compliance: a page of notice times", pageOfTimes],
  ];
  const calls = callsFor(sizes);
  for (const [what, measure] of rows) {
    figures.push(...compared(what, await measure(empty, calls), await measure(full, calls)));
  }
  const cohort = Math.min(COHORT, sizes.timelines);
  figures.push(...(await cards(full, "of all providers", "", cohort)));
  figures.push(...(await cards(full, "of one provider", providerOf(0), cohort)));
  for (const other of ["COHORT_HELD", "COHORT_CASES", "COHORT_REPORTS"] as const) {
    figures.push(...(await cards(full, `of ${other}`, "", cohort, other)));
  }
  return figures;
}

const providerOf = (n: number) => `isp-${n % 7}`;

async function cards(
  full: Collections,
  whose: string,
  providerId: string,
  cohort: number,
  other?: Cohort,
): Promise<Figure[]> {
  const card = getScorecard({ ...full, clock: systemClock });
  // Of one provider in seven it takes seven times the range.
  const toTime = at(providerId === "" ? cohort : cohort * 7);
  const request = { providerId, fromTime: at(0), toTime, ...(other && { cohort: other }) };
  await card({ ...request, toTime: at(2000) });
  const { ms, lateMs } = await withLateness(() => card(request));
  const what = `compliance: scorecard ${whose} over ${cohort} notices`;
  return [atMost(what, ms, "ms", 300), atMost(`${what}, event loop p99 late`, lateMs, "ms", 50)];
}

function event<T>(version: number, data: T) {
  return { id: randomUUID(), verb: "changed", time: at(0), aggregateId: "any", version, data };
}

function path(collections: Collections, calls: number): Promise<number[]> {
  return timesOf(calls, async () => {
    const [caseId, targetId, noticeId, reportId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await onReport(collections)(event(1, reportEvent({ reportId })));
    await onTarget(collections)(event(1, targetEvent({ targetId })));
    const told = { firstReportTime: at(-100), firstReportRevision: 1 };
    await onCase(collections)(event(1, caseEvent({ caseId, targetId, ...told }, "decision-1")));
    await onNotice(collections)(event(1, noticeEvent({ noticeId, caseId }, { targetId })));
    await onNotice(collections)(event(2, noticeEvent({ noticeId, caseId, offeredTime: at(1) }, { targetId })));
  });
}

async function look(collections: Collections, calls: number): Promise<number[]> {
  const targets = Array.from({ length: calls + 100 }, (_, n) => `target-${n * 17}`);
  for (const [n, targetId] of targets.entries())
    await onNotice(collections)(event(1, noticeEvent({ noticeId: `notice-${n * 17}` }, { targetId })));
  return timesOf(calls, (n) =>
    onTarget(collections)(event(5 + n, targetEvent({ targetId: targets[n] ?? "", lastSeenTime: at(n) }))),
  );
}

async function nothingNew(collections: Collections, calls: number): Promise<number[]> {
  const reportIds = Array.from({ length: 20 }, (_, n) => `report-${n}`);
  const told = { firstReportTime: at(-100), firstReportRevision: 1, reportIds };
  const events = Array.from({ length: calls + 100 }, (_, n) =>
    caseEvent({ caseId: `case-${n * 17}`, ...told }, "decision-1"),
  );
  for (const data of events) await onCase(collections)(event(1, data));
  return timesOf(calls, (n) => onCase(collections)(event(2, events[n] ?? caseEvent())));
}

async function pageOfTimes(collections: Collections, calls: number): Promise<number[]> {
  const regulator = calledBy("regulator/rita");
  const list = listNoticeTimes({ ...collections, clock: systemClock });
  let pageToken = "";
  return timesOf(calls, async () => {
    const range = { providerId: "", fromTime: at(0), toTime: at(1e7) };
    ({ nextPageToken: pageToken } = await list({ ...range, pageSize: 50, pageToken }, regulator));
  });
}

async function fill(url: string, { timelines }: Sizes): Promise<void> {
  await using store = await openStore(url);
  const collections = await openCollections(store);
  for (let from = 0; from < timelines; from += 1000) {
    const all = Array.from({ length: 1000 }, (_, i) => aTimeline(from + i));
    await collections.timelines.insertMany(all.map((state) => ({ id: idOf(state), state })));
    const seen = all.map(({ notice, target = targetExample() }) => {
      return { id: targetViewId(notice.targetId, notice.episode), state: target };
    });
    await collections.targets.insertMany(seen);
    const views = all.map(({ notice, reportedTime, decidedTime = at(0) }) => {
      const decisions = [{ decisionId: notice.decisionId, decidedTime }];
      const told = {
        version: 1,
        openedTime: notice.issuedTime,
        lane: LANES[from % LANES.length] ?? "LANE_NORMAL",
        laneVersion: 1,
      };
      const state = {
        decisions,
        reportedTime,
        reportedRevision: 1,
        awaitedReportIds: [],
        told: { ...told, ...police(notice) },
      };
      return { id: notice.caseId, state };
    });
    await collections.cases.insertMany(views);
    const reports = all.map(({ notice }, i) => {
      const said = { channel: CHANNELS[i % CHANNELS.length] ?? "CHANNEL_PUBLIC", ...SEXUAL_CONTENT };
      return { id: `received-${notice.noticeId}`, state: { receivedTime: notice.issuedTime, said } };
    });
    await collections.reports.insertMany(reports);
  }
}

const LANES = ["LANE_VICTIM", "LANE_RAISED", "LANE_NORMAL"] as const;
const CHANNELS = ["CHANNEL_PUBLIC", "CHANNEL_INDUSTRY", "CHANNEL_POLICE"] as const;
const SEXUAL_CONTENT = { threatType: "THREAT_TYPE_SEXUAL", threatNature: "THREAT_NATURE_CONTENT" } as const;

/** One in ten was held until it was sent, and police were told of it. */
function police({ noticeId, issuedTime, offeredTime }: Timeline["notice"]): Pick<CaseTold, "holds" | "referral"> {
  if (!noticeId.endsWith("0")) return {};
  const hold = { first: true as const, since: issuedTime, ...(offeredTime && { released: offeredTime }) };
  return { holds: [hold], referral: { causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL"], referredTime: issuedTime } };
}

const idOf = ({ notice }: Timeline) => timelineId(notice.noticeId, notice.targetId);

function aTimeline(n: number): Timeline {
  const taken = 60 + ((n * 7919) % 86_400);
  const notice = noticeExample({
    noticeId: `notice-${n}`,
    targetId: `target-${n}`,
    caseId: `case-${n}`,
    decisionId: "decision-1",
    providerId: providerOf(n),
    issuedTime: at(n),
    offeredTime: at(n + 1),
    acknowledgedTime: at(n + 2),
    answers: n % 4 === 0 ? [] : [answer("OUTCOME_REMOVED", n + 30)],
  });
  const goneTime = n % 5 === 0 ? undefined : at(n + taken);
  const seen = withTarget(withNotice(undefined, notice), targetExample({ lastSeenTime: at(n + taken - 30), goneTime }));
  const { holds } = police(notice);
  const times = { reportedTime: at(n - 100), reportedRevision: 1, decidedTime: at(n - 5) };
  return withCase(seen, { ...times, ...(holds && { holds, holdsVersion: 1 }) });
}
