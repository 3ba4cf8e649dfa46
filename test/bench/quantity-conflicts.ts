import { openCase, withReports, withTarget, type CaseFile } from "../../services/casework/src/cases/case.ts";
import { listConflicts } from "../../services/casework/src/impact/rpc-list-conflicts.ts";
import { getQueueStats } from "../../services/casework/src/queue/rpc-get-queue-stats.ts";
import { listQueue } from "../../services/casework/src/queue/rpc-list-queue.ts";
import { caseIdOf } from "../../services/casework/src/store.ts";
import { openHandlers, type Handlers } from "../../services/casework/test/bed.ts";
import { later, match, negative, sha256, target } from "../../services/casework/test/facts.ts";
import { decidedBySet, measureImpact } from "./quantity-impact.ts";
import { longSamplesOf, samplesOf, served, type Sample } from "./quantity-measure.ts";
import { callsFor, type Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import type { Figure } from "./report.ts";

/** Of so many cases one is hit by two sets that contradict each other, and the entries by which they are. */
const [EVERY, ENTRIES] = [100, 700];
const [SET, OTHER] = ["listed", "innocent"];

/** casework with a third of a country's cases, of some of which two lists say the opposite. */
export async function measureConflicts(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const count = Math.round(sizes.targets / 3);
  const storeUrl = await stores.filled("casework-conflicts", (url) => fill(url, count));
  await using ntd = await openHandlers({ storeUrl });
  const { deps } = ntd;
  const calls = callsFor(sizes);
  const of = `casework, ${count} cases, ${Math.ceil(count / EVERY)} conflicts`;
  const conflicts = (setId: string) => () => longSamplesOf(10, () => listConflicts(deps)({ setId }));
  const queue = listQueue(deps);
  const page = (request: Partial<Parameters<typeof queue>[0]>) => async () => {
    let pageToken = "";
    return await samplesOf(calls, async () => {
      const asked = { pageSize: 50, queueReason: "QUEUE_REASON_UNSPECIFIED", ...request, pageToken } as const;
      ({ nextPageToken: pageToken } = await queue(asked));
    });
  };
  const rows: [string, number, () => Promise<Sample[]>][] = [
    ["ListConflicts", 300, conflicts(SET)],
    ["ListConflicts of the set that speaks against", 300, conflicts(OTHER)],
    ["ListConflicts of a set that has none", 300, conflicts("another")],
    ["ListQueue of conflicts", 20, page({ queueReason: "QUEUE_REASON_CONFLICT" })],
    ["ListQueue of conflicts of one lane", 20, page({ queueReason: "QUEUE_REASON_CONFLICT", lane: "LANE_NORMAL" })],
    ["ListQueue of all", 20, page({})],
    ["GetQueueStats", 50, () => samplesOf(calls, () => getQueueStats(deps)())],
  ];
  const figures: Figure[] = [];
  for (const [what, limitMs, measure] of rows) figures.push(...(await served(`${of}: ${what}`, limitMs, measure)));
  return [...figures, ...(await measureImpact(ntd, count))];
}

async function fill(storeUrl: string, count: number): Promise<void> {
  await using ntd: Handlers = await openHandlers({ storeUrl });
  for (let from = 0; from < count; from += 1000) {
    const files = Array.from({ length: Math.min(1000, count - from) }, (_, i) => aCase(from + i));
    await ntd.deps.cases.insertMany(files.map((state) => ({ id: state.caseId, state })));
  }
}

/** Some are in conflict, of these half decided; of the others one in three waits, and some were decided by a set. */
function aCase(n: number): CaseFile {
  const targetId = `target-${n}`;
  const opened = openCase(caseIdOf(targetId, 1), targetId, 1, later(n));
  const raised = n % 4 === 0;
  const facts = { count: 1, ids: [`report-${n}`], raised, newestTime: later(n), firstTime: later(n) };
  const file = withReports(withTarget(opened, target()), facts, later(n));
  const waits = (reason: "QUEUE_REASON_CONFLICT" | "QUEUE_REASON_NO_HIT") =>
    ({ kind: "queued", reason, queuedTime: later(n) }) as const;
  if (n % EVERY === 1) {
    const hits = [
      sha256({ setId: SET, entryId: `entry-${n % ENTRIES}` }),
      negative({ setId: OTHER, entryId: `other-${n % 7}` }),
    ];
    return { ...file, match: match(hits), progress: waits("QUEUE_REASON_CONFLICT") };
  }
  if (n % 3 !== 0) return decidedBySet({ ...file, progress: { kind: "auto_decided" } }, n);
  return { ...file, progress: waits("QUEUE_REASON_NO_HIT") };
}
