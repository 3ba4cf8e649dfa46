import { setTimeout as delay } from "node:timers/promises";
import type { Event } from "@ntd/bus";
import { Channel, type Report } from "@ntd/proto/intake/v1/report";
import { systemClock } from "@ntd/service";
import { onReport } from "../../services/prober/src/targets/on-report.ts";
import { eyes, type Prober, type Stage } from "./eye-stage.ts";
import { newId, sealed, watch, type Place } from "./eye-targets.ts";
import { startOpenLoop } from "./open-loop.ts";
import { atMost, quantile, stated, type Figure } from "./report.ts";

const HANDS = 64;
const DUE = 10_000;
const HANGING_HOSTS = 500;
const REPORTERS = 61;
const PER_SECOND = 10;
const FOR_MS = 30_000;
/** Since what hangs may already hold all hands that it can get. */
const WARM_MS = 5000;
/** Networks of what is watched; new reports have others. */
const NEW_FROM = 12_000;

interface Scene {
  /** What the hosts of new reports do. */
  kindOf: (nth: number) => Place["kind"];
  due: readonly Place[];
}

const scenes: Record<string, Scene> = {
  [`${HANGING_HOSTS} hosts hang`]: { kindOf: () => "fast", due: withHanging() },
  "none hangs": { kindOf: () => "fast", due: allFast() },
  [`${HANGING_HOSTS} hosts hang, and those of one new report in ten`]: {
    kindOf: (n) => (n % 10 === 0 ? "hang" : "fast"),
    due: withHanging(),
  },
};

/** How soon a new address is asked for, from its report's arrival, while the watch has more to do than it can. */
export async function measureReports(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, scene] of Object.entries(scenes)) {
    const { times, failures, stillDue } = await timesOf(stage, scene);
    const what = `a new report while ${DUE} re-checks are due, ${HANDS} hands, ${name}`;
    figures.push(
      stated(`${what}: p50 of ${times.length} of ${REPORTERS} reporters`, quantile(times, 0.5), "ms"),
      atMost(`${what}: p99`, quantile(times, 0.99), "ms", 1000),
      stated(`${what}: at most`, Math.max(...times), "ms"),
      atMost(`${what}: never looked at`, failures, "", 0),
      stated(`${what}: re-checks still due at the end`, stillDue, ""),
    );
  }
  return figures;
}

async function timesOf(stage: Stage, { kindOf, due }: Scene) {
  await using prober = await stage.prober({ hands: HANDS, timeoutMs: 20_000, eyes });
  await watch(stage, prober, due, { isOffered: true, seenBy: ["browser", "declared"] });
  const looked = new Map<string, () => void>();
  stage.onNew((path) => looked.get(path)?.());
  const handle = onReport({ ...prober, clock: systemClock, rules: { slotMs: 900_000 } });
  prober.start();
  await delay(WARM_MS);
  const run = newId();
  const load = startOpenLoop(PER_SECOND, async (n) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const place: Place = { kind: kindOf(n), nth: NEW_FROM + n, path: `/new/${run}/${n}` };
    looked.set(place.path, resolve);
    await handle(reportOf(stage, place, `key-${n % REPORTERS}`));
    return Promise.race([promise.then(() => true), delay(30_000, false, { ref: false })]);
  });
  await delay(FOR_MS);
  await load.stop();
  return { ...load.look(), stillDue: await dueNow(prober) };
}

/** One in five at a host that hangs, four addresses at each; one in ten at a slow one; the others at fast ones. */
function withHanging(): Place[] {
  return Array.from({ length: DUE }, (_, n): Place => {
    const path = `/watched/${n}`;
    if (n % 5 === 0) return { kind: "hang", nth: (n / 5) % HANGING_HOSTS, path };
    return { kind: n % 10 === 1 ? "slow" : "fast", nth: HANGING_HOSTS + n, path };
  });
}

function allFast(): Place[] {
  return Array.from({ length: DUE }, (_, n) => ({ kind: "fast", nth: n, path: `/watched/${n}` }));
}

async function dueNow({ targets }: Prober): Promise<number> {
  return (await targets.count({ queue: { gte: "watch|", lte: `watch|${new Date().toISOString()}` } })).count;
}

function reportOf(stage: Stage, place: Place, fairnessKey: string): Event<Report> {
  const now = new Date();
  const reportId = newId();
  const target = { targetId: newId(), observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const };
  const data: Report = {
    reportId,
    channel: Channel.PUBLIC,
    receivedTime: now,
    targets: [{ ...target, address: sealed(stage, place, now), fingerprints: [] }],
    threat: undefined,
    description: undefined,
    language: "",
    fairnessKey,
  };
  return {
    id: reportId,
    aggregateId: reportId,
    verb: "received",
    version: 1,
    time: now,
    data,
  } as unknown as Event<Report>;
}
