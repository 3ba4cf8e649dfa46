import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { listDeadLetters, nouns, toHeaders } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { eventually, type Pairing } from "@ntd/testing";
import { nothingPending } from "../kernel/crash.ts";
import { listPictures, NOBODY, report, startGround, type Ground } from "../kernel/path.ts";
import { doubledNotices, endsOf, type Ends } from "./ends.ts";
import { everybody, harm } from "./harm.ts";
import { contentOf, LISTED, reportsOf, type Reported } from "./reports.ts";
import { scheduleOf, type Fault } from "./schedule.ts";

export interface Storm {
  pairing: Pairing;
  seed: number;
  reports: number;
  /** Reports and faults come within this time. */
  forMs: number;
  /** Between two faults, on average. */
  everyMs: number;
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
}

/** So long may it take until everything has ended once the faults are over. */
const SETTLING_MS = 240_000;

/** Reports come while processes are killed, frozen and restarted; then everything is left alone until all has ended. */
export async function storm(options: Storm): Promise<Aftermath> {
  const { pairing, seed, reports: count, forMs, everyMs } = options;
  // A rate at which machines are stopped would be another end than the one that is fixed.
  const settings = { casework: { AUTO_PER_MINUTE: "100000" } };
  const pace = { LEASE_MS: "15000", SLOT_MS: "2000", FETCH_TIMEOUT_MS: "2000", FINGERPRINT_TIMEOUT_MS: "5000" };
  await using ground = await startGround({
    pairing,
    apply: { ackWaitMs: 2000 },
    shared: { NTD_LOG_LEVEL: "info" },
    settings,
    pace,
  });
  await listPictures(
    ground,
    "national",
    await Promise.all(Array.from({ length: LISTED }, (_, n) => generatePicture(n))),
  );
  const reports = reportsOf(count, seed);
  const faults = scheduleOf({ seed, forMs, everyMs, whom: everybody(ground) });
  const submitted = submitAll(ground, reports, forMs);
  const harmed = harmAll(ground, faults);
  const poison = await poisoned(ground);
  const [names, hits] = await Promise.all([submitted, harmed]);
  const quiet = performance.now();
  await ground.platform.serving();
  const ends = await eventually("every report ends", () => endsOf(ground, reports, names), SETTLING_MS);
  await eventually("nothing is pending", () => nothingPending(ground), 60_000);
  const letters = (await listDeadLetters(ground.platform.machine.bus)).map(({ eventId }) => eventId);
  const doubled = await doubledNotices(ground);
  return { faults: hits, ends, doubled, letters, poison, settledMs: performance.now() - quiet };
}

/** Spread evenly over the time; each is repeated until it is accepted, as a client would. Their names. */
async function submitAll(ground: Ground, reports: readonly Reported[], forMs: number): Promise<string[]> {
  return Promise.all(
    reports.map(async (one, n) => {
      await delay((n * forMs) / reports.length);
      const address = ground.provider.publish(one.path, await contentOf(one));
      return report(ground, one.host === "nobody" ? address.replace(ground.provider.domain, NOBODY) : address);
    }),
  );
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

/** A message with all that a complaint's has, which nobody can read. Its event id. */
async function poisoned({ platform }: Ground): Promise<string> {
  const { bus } = platform.machine;
  const id = randomUUID();
  const subject = `${nouns.complaint.service}.${nouns.complaint.name}.submitted`;
  const event = { id, subject, aggregateId: randomUUID(), time: new Date(), version: 1, headers: {} };
  const data = Uint8Array.of(0xff, 0xff, 0xff);
  const publish = () => bus.jetstream.publish(subject, data, { msgID: id, headers: toHeaders({ ...event, data }) });
  await eventually("the poison is taken", () => publish().then(() => true), 60_000);
  return id;
}
