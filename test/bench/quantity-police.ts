import { randomUUID } from "node:crypto";
import { searchCases } from "../../services/casework/src/assessment/rpc-search-cases.ts";
import { openCase, withReports, withTarget, type CaseFile } from "../../services/casework/src/cases/case.ts";
import { placeOf } from "../../services/casework/src/evidence/whereabouts.ts";
import { writeClusters } from "../../services/casework/src/clusters/every-second-write-clusters.ts";
import { releaseHolds } from "../../services/casework/src/holds/every-second-release-holds.ts";
import { heldByMark } from "../../services/casework/src/holds/hold.ts";
import { listHolds } from "../../services/casework/src/holds/rpc-list-holds.ts";
import { watchIcse } from "../../services/casework/src/icse/every-minute-watch-icse.ts";
import { askIcse } from "../../services/casework/src/icse/every-second-ask-icse.ts";
import { keyCases } from "../../services/casework/src/marks/every-second-key-cases.ts";
import { meetDueCases } from "../../services/casework/src/marks/every-second-meet-cases.ts";
import { markedOf } from "../../services/casework/src/marks/marked.ts";
import { askMarks } from "../../services/casework/src/marks/rpc-ask-marks.ts";
import { listMarks } from "../../services/casework/src/marks/rpc-list-marks.ts";
import { getQueueStats } from "../../services/casework/src/queue/rpc-get-queue-stats.ts";
import { listQueue } from "../../services/casework/src/queue/rpc-list-queue.ts";
import { LANES } from "../../services/casework/src/queue/lane.ts";
import { listReferrals } from "../../services/casework/src/referrals/rpc-list-referrals.ts";
import { caseIdOf } from "../../services/casework/src/store.ts";
import { openHandlers, targetEvent, testMarkKey, testSealer, type Handlers } from "../../services/casework/test/bed.ts";
import { calledBy } from "../../services/casework/test/called-by.ts";
import { later, noon, target } from "../../services/casework/test/facts.ts";
import { timesOf } from "./quantity-measure.ts";
import { callsFor, type Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { atMost, quantile, stated, type Figure } from "./report.ts";

/** Of so many cases one is held, referred; of so many there is one mark; and so many hosts have them, the first a tenth. */
const [HELD, REFERRED, MARKED, HOSTS] = [50, 20, 10, 1000];
const assessor = calledBy("assessor/ann");
const officer = calledBy("police/pam");

type Measured = (ntd: Handlers, calls: number) => Promise<number[]>;

/** casework as police and assessors ask it, with a third of a country's cases: what waits, is held, referred and marked. */
export async function measurePolice(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const count = Math.round(sizes.targets / 3);
  const storeUrl = await stores.filled("casework-police", (url) => fill(url, count));
  await using ntd = await openHandlers({ storeUrl });
  const rows: [string, number, Measured][] = [
    ["a page of a lane", 20, lanes],
    ["ListHolds", 20, holds(false)],
    ["ListHolds of what waits for a supervisor", 20, holds(true)],
    ["ListReferrals", 20, referrals(false)],
    ["ListReferrals with what is acknowledged", 20, referrals(true)],
    ["ListMarks", 50, marks],
    ["GetQueueStats", 50, stats],
    ["SearchCases by the host of every tenth", 20, search],
    ["AskMarks of an address that nothing marks", 20, ask],
    ["a target's event that opens a case", 20, event],
    ["a round of all loops with nothing due", 20, loops],
  ];
  const calls = callsFor(sizes);
  const figures: Figure[] = [];
  for (const [what, limitMs, measure] of rows) {
    const times = await measure(ntd, calls);
    figures.push(atMost(`casework, ${count} cases: ${what}: p99`, quantile(times, 0.99), "ms", limitMs));
    figures.push(stated(`casework, ${count} cases: ${what}: p50`, quantile(times, 0.5), "ms"));
  }
  return figures;
}

/** Page by page, from the beginning again behind the last one. */
function paged(calls: number, page: (pageToken: string, nth: number) => Promise<{ nextPageToken: string }>) {
  let pageToken = "";
  return timesOf(calls, async (nth) => {
    ({ nextPageToken: pageToken } = await page(pageToken, nth));
  });
}

async function lanes({ deps }: Handlers, calls: number): Promise<number[]> {
  const list = listQueue(deps);
  const request = { pageSize: 50, queueReason: "QUEUE_REASON_UNSPECIFIED" } as const;
  const all: number[] = [];
  for (const lane of LANES) {
    all.push(...(await paged(Math.ceil(calls / 4), (pageToken) => list({ ...request, pageToken, lane }))));
  }
  return all;
}

function holds(waitsForSupervisor: boolean): Measured {
  return ({ deps }, calls) =>
    paged(calls, (pageToken) => listHolds(deps)({ caseId: "", waitsForSupervisor, pageSize: 50, pageToken }, officer));
}

function referrals(withAcknowledged: boolean): Measured {
  return ({ deps }, calls) =>
    paged(calls, (pageToken) => listReferrals(deps)({ withAcknowledged, pageSize: 50, pageToken }));
}

function marks({ deps }: Handlers, calls: number): Promise<number[]> {
  return paged(calls, (pageToken) => listMarks(deps)({ withEnded: false, pageSize: 50, pageToken }, officer));
}

function stats({ deps }: Handlers, calls: number): Promise<number[]> {
  return timesOf(calls, () => getQueueStats(deps)());
}

function search({ deps }: Handlers, calls: number): Promise<number[]> {
  const by = { $case: "host", value: hostOf(0) } as const;
  return paged(calls, (pageToken) => searchCases(deps)({ by, pageSize: 50, pageToken }, assessor));
}

const drawn = (nth: number) => `http://a.b.new-${nth}.example/${randomUUID()}.jpg`;
const sealed = (url: string) =>
  testSealer.seal(JSON.stringify({ original: url, fetch: url, key: url.slice(7) }), "address", noon);

function ask({ deps }: Handlers, calls: number): Promise<number[]> {
  const resolvedIps = ["203.0.113.7", "2001:db8::7"];
  return timesOf(calls, (nth) =>
    askMarks(deps)({ targetId: randomUUID(), episode: 1, address: sealed(drawn(nth)), resolvedIps }),
  );
}

function event(ntd: Handlers, calls: number): Promise<number[]> {
  return timesOf(calls, (nth) => ntd.target(targetEvent({ targetId: randomUUID(), address: sealed(drawn(nth)) })));
}

function loops({ deps }: Handlers, calls: number): Promise<number[]> {
  const icse = { checkFingerprints: () => Promise.reject(new Error("nothing is due")) };
  return timesOf(calls, async () => {
    await releaseHolds(deps);
    await keyCases(deps);
    await meetDueCases(deps);
    await writeClusters(deps);
    await askIcse({ ...deps, icse });
    await watchIcse(deps);
  });
}

const hostOf = (n: number) => (n % 10 === 0 ? "busy.example" : `host-${n % HOSTS}.example`);
const markIdOf = (n: number) => `mark-${n}`;

async function fill(storeUrl: string, count: number): Promise<void> {
  await using ntd = await openHandlers({ storeUrl });
  const { deps } = ntd;
  for (let from = 0; from < count; from += 1000) {
    const files = Array.from({ length: Math.min(1000, count - from) }, (_, i) => aCase(deps, from + i));
    await deps.cases.insertMany(files.map((state) => ({ id: state.caseId, state })));
  }
  const aMark = (n: number) => ({
    schemaVersion: 1 as const,
    ...markedOf(testMarkKey, { $case: "host", value: `marked-${n}.example` }),
    reason: testSealer.seal("operation", "words", noon),
    set: { by: "police/pam", time: later(n) },
    confirmed: { by: "police/pat", time: later(n) },
    expireTime: later(90 * 24 * 3600),
    requests: [],
  });
  const some = Math.round(count / MARKED);
  await deps.marks.insertMany(Array.from({ length: some }, (_, n) => ({ id: markIdOf(n), state: aMark(n) })));
}

/** Two in three wait, in every lane; of those that are held every fifth waits for a supervisor. */
function aCase(deps: Handlers["deps"], n: number): CaseFile {
  const targetId = `target-${n}`;
  const opened = openCase(caseIdOf(targetId, 1), targetId, 1, later(-n));
  const address = sealed(`http://${hostOf(n)}/${n}.jpg`);
  const value = Uint8Array.from(Buffer.from(n.toString(16).padStart(64, "0"), "hex"));
  const fingerprints = [{ algorithm: "ALGORITHM_SHA256" as const, value, quality: 0 }];
  const facts = { count: 1, ids: [`report-${n}`], newestTime: later(-n), firstTime: later(-n), ...laneFacts(n) };
  const seen = withTarget(opened, target({ address, resolvedIp: `198.51.${n % 250}.7`, fingerprints }));
  const keyed = withReports(seen, facts, later(-n));
  const { keys: markKeys = [] } = placeOf(deps, keyed) ?? {};
  return withPoliceFacts({ ...keyed, markKeys, progress: progressOf(n) }, n);
}

function progressOf(n: number): CaseFile["progress"] {
  if (n % 3 === 0) return { kind: "auto_decided" };
  const reason =
    n % 8 === 6 ? "QUEUE_REASON_WEAK_EQUALITY" : n % 8 === 7 ? "QUEUE_REASON_ABSENT" : "QUEUE_REASON_NO_HIT";
  const waits = { reason, queuedTime: later(-n) } as const;
  if (n % 100 === 1) return { kind: "claimed", ...waits, holder: "assessor/ann", claimExpireTime: later(10_000_000) };
  return { kind: "queued", ...waits };
}

function laneFacts(n: number) {
  const lane = n % 8;
  return {
    raised: lane === 4,
    ...(lane === 0 && { lifeAtRisk: "trusted" as const }),
    ...(lane === 1 && { victim: true as const }),
    ...(lane === 3 && { police: true }),
  };
}

function withPoliceFacts(file: CaseFile, n: number): CaseFile {
  let after = file;
  if (n % HELD === 0) {
    const held = heldByMark(after, { holdId: `hold-${n}`, by: "police/pam", markId: markIdOf(n % 500) }, later(n));
    const waits = n % (5 * HELD) === 0 && { waitsForSupervisor: true as const };
    after = { ...held, holds: { all: (held.holds?.all ?? []).map((hold) => ({ ...hold, ...waits })) } };
  }
  if (n % REFERRED === 0) {
    const [referredTime, acknowledged] = [later(n), { by: "police/pam", time: later(n + 60) }];
    const causes = ["REFERRAL_CAUSE_UNKNOWN_MATERIAL" as const];
    const done = n % (2 * REFERRED) === 0 && { acknowledged, policeReference: `case ${n}` };
    after = { ...after, referral: { causes, referredTime, offeredTime: referredTime, ...done } };
  }
  return after;
}
