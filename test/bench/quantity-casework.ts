import { randomUUID } from "node:crypto";
import { openCase, withReports, withTarget, type CaseFile } from "../../services/casework/src/cases/case.ts";
import { releaseClaims } from "../../services/casework/src/claims/every-second-release-claims.ts";
import { listQueue } from "../../services/casework/src/queue/rpc-list-queue.ts";
import { linkIdOf, type Link } from "../../services/casework/src/links/link.ts";
import { caseIdOf } from "../../services/casework/src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "../../services/casework/test/bed.ts";
import { hit, later, noon, target } from "../../services/casework/test/facts.ts";
import { decidedBySet, measureImpact } from "./quantity-impact.ts";
import { compared, timesOf } from "./quantity-measure.ts";
import { callsFor, type Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { stated, type Figure } from "./report.ts";

/** Addresses that very many report, and how many do. */
const HOT = 20;
const REPORTS_OF_HOT = 10_000;

/** casework with the reports and targets of a country. */
export async function measureCasework(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const storeUrl = await stores.filled("casework", (url) => fill(url, sizes));
  await using empty = await openHandlers({ storeUrl: stores.empty("casework") });
  const opened = performance.now();
  await using full = await openHandlers({ storeUrl });
  const figures = [stated("casework: open", performance.now() - opened, "ms")];
  // One after the other on both, so that a noisy machine is noisy for both.
  const rows: [string, (ntd: Handlers, calls: number) => Promise<number[]>][] = [
    ["casework: a report and its new target, matched and decided", path],
    ["casework: a look at a target that has a case", look],
    ["casework: one more report of a target", reportAgain],
    ["casework: a page of the queue", queuePage],
    ["casework: looking for leases that are over", claims],
  ];
  const calls = callsFor(sizes);
  for (const [what, measure] of rows) {
    figures.push(...compared(what, await measure(empty, calls), await measure(full, calls)));
  }
  const hot = await timesOf(calls, (n) => full.report(reportOf(targetOf(n % HOT), later(-n))));
  figures.push(
    ...compared(`casework: a report of a target with ${REPORTS_OF_HOT}`, await reportAgain(empty, calls), hot),
  );
  figures.push(...(await measureImpact(full, sizes.targets)));
  return figures;
}

const targetOf = (n: number) => `target-${n}`;

function reportOf(targetId: string, receivedTime: Date) {
  return reportEvent(randomUUID(), receivedTime, { targetId });
}

function path(ntd: Handlers, calls: number): Promise<number[]> {
  return timesOf(calls, async () => {
    const targetId = randomUUID();
    await ntd.report(reportOf(targetId, noon));
    await ntd.target(targetEvent({ targetId, state: "TARGET_STATE_NEW", content: undefined }), 1);
    await ntd.target(targetEvent({ targetId }), 2);
    await ntd.match(matchEvent([hit({ setId: randomUUID() })], { targetId }));
  });
}

// Each has a case and a report on either store.
async function look(ntd: Handlers, calls: number): Promise<number[]> {
  const targets = Array.from({ length: calls + 100 }, (_, n) => targetOf(1000 + n * 17));
  for (const targetId of targets) {
    await ntd.report(reportOf(targetId, noon));
    await ntd.target(targetEvent({ targetId }), 10);
  }
  const seen = targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(100) });
  return timesOf(calls, (n) => ntd.target({ ...seen, targetId: targets[n] ?? "" }, 11));
}

function reportAgain(ntd: Handlers, calls: number): Promise<number[]> {
  return timesOf(calls, (n) => ntd.report(reportOf(targetOf(1000 + n * 17), later(n))));
}

async function queuePage(ntd: Handlers, calls: number): Promise<number[]> {
  // A page is a page on either: what differs is how many there are behind it.
  const { cases } = ntd.deps;
  await cases.insertMany(Array.from({ length: 200 }, (_, n) => stored(aCase(3 * n))));
  const list = listQueue(ntd.deps);
  let pageToken = "";
  return timesOf(calls, async () => {
    ({ nextPageToken: pageToken } = await list({ pageSize: 50, pageToken, queueReason: "QUEUE_REASON_UNSPECIFIED" }));
  });
}

function claims(ntd: Handlers, calls: number): Promise<number[]> {
  return timesOf(calls, () => releaseClaims(ntd.deps));
}

async function fill(storeUrl: string, { reports, targets }: Sizes): Promise<void> {
  await using ntd = await openHandlers({ storeUrl });
  const { cases, links } = ntd.deps;
  for (let from = 0; from < targets; from += 1000) {
    await cases.insertMany(Array.from({ length: 1000 }, (_, i) => stored(aCase(from + i))));
  }
  for (let from = 0; from < reports; from += 1000) {
    await links.insertMany(Array.from({ length: 1000 }, (_, i) => aLink(from + i, targets)));
  }
}

function stored(state: CaseFile): { id: string; state: CaseFile } {
  return { id: state.caseId, state };
}

function aCase(n: number): CaseFile {
  const opened = openCase(caseIdOf(targetOf(n), 1), targetOf(n), 1, later(n));
  const ids = [`report-${n}`];
  const facts = { count: 1, ids, raised: n % 50 === 0, newestTime: later(n), firstTime: later(n) };
  const file = withReports(withTarget(opened, target()), facts, later(n));
  if (n % 3 !== 0) return decidedBySet({ ...file, progress: { kind: "auto_decided" } }, n);
  return { ...file, progress: { kind: "queued", reason: "QUEUE_REASON_NO_HIT", queuedTime: later(n) } };
}

function aLink(n: number, targets: number): { id: string; state: Link } {
  const hot = n < HOT * REPORTS_OF_HOT;
  const [reportId, targetId] = [`report-${n}`, targetOf(hot ? n % HOT : n % targets)];
  const receivedTime = later(n);
  const base = { schemaVersion: 1, channel: "CHANNEL_PUBLIC", nomination: "none" } as const;
  return { id: linkIdOf(reportId, targetId), state: { ...base, reportId, targetId, receivedTime } };
}
