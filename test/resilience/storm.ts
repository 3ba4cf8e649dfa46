import { setTimeout as delay } from "node:timers/promises";
import { listDeadLetters } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { eventually, type Pairing } from "@ntd/testing";
import { listPictures, startGround, type Ground } from "../kernel/path.ts";
import { nothingPending } from "../nothing-pending.ts";
import { doubledNotices, endsOf, type Ends } from "./ends.ts";
import { everybody, harm } from "./harm.ts";
import { agedFolder, keysMet, rotate, type Rotated } from "./rotation.ts";
import { poisoned } from "./poison.ts";
import { LISTED, reportsOf, type Reported } from "./reports.ts";
import { publishAll, submitAll } from "./submit.ts";
import { scheduleOf, type Fault } from "./schedule.ts";

export interface Storm {
  pairing: Pairing;
  seed: number;
  reports: number;
  /** Reports and faults come within this time. */
  forMs: number;
  /** Between two faults, on average; none when it is left out. */
  everyMs?: number;
  /** Every key and certificate changes meanwhile. The embedded pairing alone. */
  isRotated?: boolean;
}

/** What became of it. */
export interface Aftermath {
  faults: { fault: Fault; isHit: boolean }[];
  /** Of each end that a report must have had: how many came to which. */
  ends: Ends;
  /** Targets with another number of notices than their end allows. */
  doubled: string[];
  /** Event ids of what was given up, and the poison's. */
  letters: string[];
  poison: string;
  /** Until the last report had ended, after the last fault. */
  settledMs: number;
  rotated: (Rotated & { met: { sealing: string[]; signing: string[] } }) | undefined;
}

/** So long may it take until everything has ended once the faults are over. */
const SETTLING_MS = 240_000;

/** Reports come while processes are killed, frozen and restarted; then everything is left alone until all has ended. */
export async function storm(options: Storm): Promise<Aftermath> {
  const { pairing, seed, reports: count, forMs, everyMs } = options;
  // A rate at which machines are stopped would be another end than the one that is fixed.
  const settings = { casework: { AUTO_PER_MINUTE: "100000" } };
  const pace = { LEASE_MS: "15000", SLOT_MS: "2000", FETCH_TIMEOUT_MS: "2000", FINGERPRINT_TIMEOUT_MS: "5000" };
  await using aged = options.isRotated === true ? await agedFolder() : undefined;
  await using ground = await startGround({
    pairing,
    apply: { ackWaitMs: 2000 },
    shared: { NTD_LOG_LEVEL: "info", ...aged?.shared },
    settings,
    pace,
    ...(aged && { dir: aged.dir }),
  });
  await listPictures(ground, "known", await Promise.all(Array.from({ length: LISTED }, (_, n) => generatePicture(n))));
  const reports = reportsOf(count, seed);
  const faults = everyMs === undefined ? [] : scheduleOf({ seed, forMs, everyMs, whom: everybody(ground) });
  const submitted = submitAll(ground, await publishAll(ground, reports), forMs);
  const harmed = harmAll(ground, faults);
  const changed = aged && rotate(ground, aged, { seed, forMs });
  const poison = await poisoned(ground);
  const [names, hits, rotated] = await Promise.all([submitted, harmed, changed]);
  const after = await aftermath(ground, reports, names);
  return { faults: hits, poison, ...after, rotated: rotated && { ...rotated, met: await keysMet(ground) } };
}

async function aftermath(ground: Ground, reports: readonly Reported[], names: readonly string[]) {
  const quiet = performance.now();
  await ground.platform.serving();
  const ends = await eventually("every report ends", () => endsOf(ground, reports, names), SETTLING_MS);
  await eventually("nothing is pending", () => nothingPending(ground.platform.machine.bus), 60_000);
  const letters = (await listDeadLetters(ground.platform.machine.bus)).map(({ eventId }) => eventId);
  const doubled = await doubledNotices(ground);
  return { ends, doubled, letters, settledMs: performance.now() - quiet };
}

async function harmAll(ground: Ground, faults: readonly Fault[]): Promise<Aftermath["faults"]> {
  // One process has one fault at a time: the next one waits for it.
  const busy = new Map<string, Promise<unknown>>();
  return Promise.all(
    faults.map(async (fault) => {
      await delay(fault.atMs);
      const before = busy.get(fault.whom);
      const own = (async () => {
        await before;
        return { fault, isHit: await harm(ground, fault) };
      })();
      busy.set(fault.whom, own);
      return own;
    }),
  );
}
