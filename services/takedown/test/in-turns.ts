import { setImmediate } from "node:timers/promises";
import type { Deps } from "../src/deps.ts";
import { watchedCollection } from "./deps.ts";

/** One who does something with the store, beside others. */
export type Actor = (on: Deps) => Promise<unknown>;

/**
 * Runs all of them at once, one call of the store at a time: whose is next is drawn, so that each seed is another order of
 * reads and writes.
 */
export async function inTurns(deps: Deps, seed: number, actors: readonly Actor[]): Promise<void> {
  const random = randomOf(seed);
  const waiting: (() => void)[] = [];
  let inHand: PromiseWithResolvers<void> | undefined;
  const before = () => new Promise<void>((go) => void waiting.push(go));
  const after = () => inHand?.resolve();
  const watched = (name: "cases" | "targets" | "dispatches" | "notices" | "switches") =>
    watchedCollection(deps[name] as never, { before, after });
  const [cases, targets, dispatches] = [watched("cases"), watched("targets"), watched("dispatches")];
  const on = { ...deps, cases, targets, dispatches, notices: watched("notices"), switches: watched("switches") };
  let left = actors.length;
  const running = Promise.all(actors.map((act) => act(on).finally(() => left--)));
  while (left > 0) {
    await setImmediate();
    const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
    if (next === undefined) continue;
    inHand = Promise.withResolvers();
    next();
    await inHand.promise;
  }
  await running;
}

// mulberry32
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
