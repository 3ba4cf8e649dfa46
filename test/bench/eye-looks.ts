import { setTimeout as delay } from "node:timers/promises";
import type { Eye } from "../../services/prober/src/fetch/eye.ts";
import { floorOf } from "./eye-floor.ts";
import { eyes, type Stage } from "./eye-stage.ts";
import { watch, type HostKind, type Place, type Watched } from "./eye-targets.ts";
import { startIdleLoop } from "./matching-service-parts.ts";
import { withLateness } from "./quantity-measure.ts";
import { atMost, quantile, stated, type Figure } from "./report.ts";

/** Shorter than the 20 seconds that are set by default: several rounds of what hangs fit in. */
const TIMEOUT_MS = 4000;

const classes: Record<string, { forMs: number; kinds: readonly HostKind[] }> = {
  fast: { forMs: 5000, kinds: ["fast"] },
  "slow (2 s)": { forMs: 8500, kinds: ["slow"] },
  [`hanging (${TIMEOUT_MS / 1000} s)`]: { forMs: 8500, kinds: ["hang"] },
  "mixed (7 fast, 2 slow, 1 hangs)": {
    forMs: 12_000,
    kinds: ["fast", "fast", "slow", "fast", "fast", "hang", "fast", "slow", "fast", "fast"],
  },
};

/** Re-looks at pictures that were seen, which are known by their bytes: no fingerprint is computed. */
export async function measureLooks(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  await warmUp(stage);
  await using idle = startIdleLoop();
  for (const [name, { kinds, forMs }] of Object.entries(classes)) {
    for (const hands of [8, 64, 256]) {
      // A quarter of the hands is kept for reporters that have none in hand.
      const atOnce = hands - Math.floor(hands / 4);
      const places = placesOf(kinds, kinds.includes("fast") ? 5000 : 2000);
      await idle.look();
      const looks = await looksOf(stage, { hands, eyes: eyes.slice(0, 1), places, forMs, ...seen });
      const idleLateMs = quantile(await idle.look(), 0.99);
      const floor = await floorOf(stage, places, { atOnce, timeoutMs: TIMEOUT_MS, forMs });
      const what = `${name}, ${hands} hands (${atOnce} for the watch)`;
      figures.push(
        stated(`${what}: looks`, looks.perSecond, "/s"),
        stated(`${what}: of the floor (${floor.toPrecision(3)} /s)`, (100 * looks.perSecond) / floor, "%"),
      );
      if (kinds.length === 1) continue;
      figures.push(
        atMost(`${what}: event loop late, p99`, looks.lateMs, "ms", 50),
        stated(`${what}: a loop that does nothing is late by, p99`, idleLateMs, "ms"),
      );
    }
  }
  return figures;
}

/** The first looks compile code. */
export async function warmUp(stage: Stage): Promise<void> {
  const places = placesOf(["fast"], 2000);
  await looksOf(stage, { hands: 64, eyes: eyes.slice(0, 1), places, forMs: 5000, ...seen });
}

const seen: Watched = { isOffered: false, seenBy: ["browser"] };

export const placesOf = (kinds: readonly HostKind[], count: number, path = "/watched"): Place[] =>
  Array.from({ length: count }, (_, n) => ({ kind: kinds[n % kinds.length] ?? "fast", nth: n, path: `${path}/${n}` }));

interface Run extends Watched {
  hands: number;
  eyes: readonly Eye[];
  places: readonly Place[];
  forMs: number;
}

export interface Looks {
  perSecond: number;
  count: number;
  /** User and system, of the whole process, a look. */
  processorMs: number;
  lateMs: number;
}

/** Looks that came to an end, and were stored, in so much time; counted from the start to the end of the last one. */
export async function looksOf(stage: Stage, { hands, eyes: chosen, places, forMs, ...how }: Run): Promise<Looks> {
  await using prober = await stage.prober({ hands, timeoutMs: TIMEOUT_MS, eyes: chosen });
  await watch(stage, prober, places, how);
  const began = Date.now();
  const before = process.cpuUsage();
  const { lateMs } = await withLateness(async () => {
    prober.start();
    await delay(forMs);
  });
  const { user, system } = process.cpuUsage(before);
  const ends = await endsOf(prober.targets, began);
  const count = ends.length;
  return {
    perSecond: (count * 1000) / (Math.max(...ends) - began),
    count,
    processorMs: (user + system) / 1000 / count,
    lateMs,
  };
}

async function endsOf(targets: Awaited<ReturnType<Stage["prober"]>>["targets"], began: number): Promise<number[]> {
  const ends: number[] = [];
  for await (const page of targets.pages({}, 500)) {
    for (const { state } of page) {
      const times = Object.values(state.views ?? {}).map(({ time }) => time.getTime());
      const last = Math.max(...times);
      if (last >= began) ends.push(last);
    }
  }
  return ends;
}
