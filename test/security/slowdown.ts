import { setTimeout as delay } from "node:timers/promises";

/** Something that goes on beside, and can be held. */
export interface Going {
  goOn(): void;
  hold(): void;
}

const TURNS = 4;
const CALLS_A_TURN = 20;
const TRIES = 3;

/** Below that a machine with other work measures itself. */
const LEAST_MS = 5;

/**
 * How many times as long a call takes (the 95th percentile) while `going` goes on as while it is held. In turns with and
 * without, since others work on this machine, too; the least of three tries unless one is within `most`.
 */
export async function slowdown(going: Going, call: () => Promise<unknown>, most: number): Promise<number> {
  let least = Infinity;
  for (let n = 0; n < TRIES && least > most; n += 1) least = Math.min(least, await once(going, call));
  return least;
}

async function once(going: Going, call: () => Promise<unknown>): Promise<number> {
  const [quiet, loud]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const isLoud = turn % 2 === 0;
    if (isLoud) going.goOn();
    else going.hold();
    // What was under way when it was held is over.
    await call();
    for (let n = 0; n < CALLS_A_TURN; n += 1) (isLoud ? loud : quiet).push(await timed(call));
  }
  going.goOn();
  return p95(loud) / Math.max(LEAST_MS, p95(quiet));
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await call();
  const took = performance.now() - begun;
  // Well below anybody's quota.
  await delay(PAUSE_MS);
  return took;
}

const PAUSE_MS = 5;

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Infinity;
}
