import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listDeadLetters } from "@ntd/bus";
import type { ManagedProcess } from "@ntd/scripts/process";
import { eventually } from "@ntd/testing";
import { nothingPending } from "../nothing-pending.ts";
import { beginPath, endState, type EndState, type Ground } from "./path.ts";

/** A place in a service where it is killed, at the nth time that it comes there; the first one if not said. */
export interface Pair {
  service: string;
  failpoint: string;
  nth?: number;
}

/** Sets a path going, and returns how to wait for its end. */
type Begin<E> = () => Promise<() => Promise<E>>;

/** Every process that has failpoints: the services and the provider's agent. */
export function processesOf(ground: Ground): ReadonlyMap<string, ManagedProcess> {
  return new Map([...Object.entries(ground.platform.services), ["isp-agent", ground.provider.agent]]);
}

/** Runs a path without a fault and notes every (service, failpoint) that it crosses, and its end state. */
export async function recorded<E>(ground: Ground, begin: Begin<E>): Promise<{ pairs: Pair[]; expected: E }> {
  const recording = (service: string) => join(ground.platform.machine.dir, `failpoints-${service}`);
  for (const [name, process] of processesOf(ground)) {
    await process.kill("SIGTERM");
    process.start({ NTD_FAILPOINT: `record:${recording(name)}` });
  }
  await ground.platform.serving();
  const end = await begin();
  const expected = await end();
  const pairs = [...processesOf(ground).keys()].flatMap((service) => {
    const file = recording(service);
    const names = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return names.filter((name) => !READS_OF_LISTS.test(name)).map((failpoint) => ({ service, failpoint }));
  });
  return { pairs, expected };
}

/**
 * Where matching reads a list: the one while it starts, the other once it serves, by whoever is quicker, so that neither
 * can be armed on a path. That it is killed at both is a story of its own (`killed`).
 */
const READS_OF_LISTS = /^matching\.read-(?:first|beside)$/;

/**
 * Arms each process at its failpoint, runs a path, starts each again when it has killed itself, and returns the end
 * state. Fails when a failpoint was not hit: a fault that did not happen proves nothing.
 */
export async function killedAt<E>(ground: Ground, armed: readonly Pair[], begin: Begin<E>): Promise<E> {
  const label = labelOf(armed);
  for (const { service, failpoint, nth = 1 } of armed) {
    const process = processesOf(ground).get(service);
    await process?.kill("SIGTERM");
    process?.start({ NTD_FAILPOINT: `${failpoint}:${nth}` });
  }
  const waiting = new Set(armed);
  const deaths = armed.map(async (pair) => {
    const process = processesOf(ground).get(pair.service);
    await process?.ended();
    waiting.delete(pair);
    process?.start();
  });
  // Who waits for the end asks meanwhile, as a reporter asks for the status: that is part of the path.
  const begun = begin();
  const followed = begun.then((end) => end());
  followed.catch(() => undefined);
  await eventually(`each failpoint is hit of: ${label}`, () => waiting.size === 0, 60_000).catch((error: unknown) => {
    throw new Error(`never hit: ${labelOf([...waiting])}`, { cause: error });
  });
  await Promise.all(deaths);
  await followed;
  return (await begun)();
}

/** So many rounds are made ready at a time: who waits for something reads all that was told, again and again. */
const TOGETHER = 4;

/** What each round begins with, in their order. */
export async function readyForRounds<T>(rounds: number, make: (round: number) => Promise<T>): Promise<T[]> {
  const ready: T[] = [];
  for (let from = 0; from < rounds; from += TOGETHER) {
    const count = Math.min(TOGETHER, rounds - from);
    ready.push(...(await Promise.all(Array.from({ length: count }, (_, n) => make(from + n)))));
  }
  return ready;
}

export function labelOf(pairs: readonly Pair[]): string {
  return pairs.map(({ service, failpoint, nth = 1 }) => `${service}@${failpoint}:${nth}`).join(", ");
}

/** Report, notice and removal of a listed picture. */
export const firstPath =
  (ground: Ground, seed: number): Begin<EndState> =>
  async () => {
    const name = await beginPath(ground, seed);
    return () => endOf(ground, name);
  };

/** The end state of a report, once nothing is pending anywhere. */
export async function endOf(ground: Ground, name: string): Promise<EndState> {
  return settled(ground, await eventually("the report ends", () => endState(ground, name), 60_000));
}

/** The end that was reached, once nothing is pending and nothing was given up. */
export async function settled<E>(ground: Ground, reached: E): Promise<E> {
  await eventually("nothing is pending", () => nothingPending(ground.platform.machine.bus), 30_000);
  const letters = await listDeadLetters(ground.platform.machine.bus);
  if (letters.length > 0) throw new Error(`dead letters: ${JSON.stringify(letters)}`);
  return reached;
}
