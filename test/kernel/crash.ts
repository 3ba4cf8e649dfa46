import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { durablesOf, listDeadLetters, producers } from "@ntd/bus";
import type { ManagedProcess } from "@ntd/scripts/process";
import { eventually } from "@ntd/testing";
import { beginPath, endState, type EndState, type Ground } from "./path.ts";

/** A place in a service where it is killed. */
export interface Pair {
  service: string;
  failpoint: string;
}

/** Every process that has failpoints: the services and the provider's agent. */
export function processesOf(ground: Ground): ReadonlyMap<string, ManagedProcess> {
  return new Map([...Object.entries(ground.platform.services), ["isp-agent", ground.provider.agent]]);
}

/** Runs the path without a fault and notes every (service, failpoint) that it crosses, and its end state. */
export async function recordPath(ground: Ground, seed: number): Promise<{ pairs: Pair[]; expected: EndState }> {
  const recording = (service: string) => join(ground.platform.bed.dir, `failpoints-${service}`);
  for (const [name, process] of processesOf(ground)) {
    await process.kill("SIGTERM");
    process.start({ NTD_FAILPOINT: `record:${recording(name)}` });
  }
  await ground.platform.serving();
  const expected = await endOf(ground, await beginPath(ground, seed));
  const pairs = [...processesOf(ground).keys()].flatMap((service) => {
    const file = recording(service);
    const names = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return names.map((failpoint) => ({ service, failpoint }));
  });
  return { pairs, expected };
}

/**
 * Arms each process at its failpoint, runs the path, starts each again when it has killed itself, and returns the end
 * state. Fails when a failpoint was not hit: a fault that did not happen proves nothing.
 */
export async function killedAt(ground: Ground, armed: readonly Pair[], seed: number): Promise<EndState> {
  const label = armed.map((p) => `${p.service}@${p.failpoint}`).join(", ");
  for (const { service, failpoint } of armed) {
    const process = processesOf(ground).get(service);
    await process?.kill("SIGTERM");
    process?.start({ NTD_FAILPOINT: `${failpoint}:1` });
  }
  const waiting = new Set(armed);
  const deaths = armed.map(async (pair) => {
    const process = processesOf(ground).get(pair.service);
    await process?.ended();
    waiting.delete(pair);
    process?.start();
  });
  const name = await beginPath(ground, seed);
  // The reporter asks for the status meanwhile, as reporters do: that is part of the path.
  const followed = endOf(ground, name, label);
  followed.catch(() => undefined);
  await eventually(`each failpoint is hit of: ${label}`, () => waiting.size === 0, 60_000).catch((error: unknown) => {
    const missed = [...waiting].map((p) => `${p.service}@${p.failpoint}`).join(", ");
    throw new Error(`never hit: ${missed}`, { cause: error });
  });
  await Promise.all(deaths);
  await followed;
  return endOf(ground, name, label);
}

/** The end state of a report, once nothing is pending anywhere. */
export async function endOf(ground: Ground, name: string, label = ""): Promise<EndState> {
  const { bus } = ground.platform.bed;
  const reached = await eventually(`the report ends ${label}`, () => endState(ground, name), 60_000);
  await eventually(`nothing is pending ${label}`, () => nothingPending(ground), 30_000);
  const letters = await listDeadLetters(bus);
  if (letters.length > 0) throw new Error(`dead letters after ${label}: ${JSON.stringify(letters)}`);
  return reached;
}

async function nothingPending({ platform }: Ground): Promise<boolean> {
  const { manager } = platform.bed.bus;
  const infos = producers.flatMap(durablesOf).map(({ stream, name }) => manager.consumers.info(stream, name));
  return (await Promise.all(infos)).every((info) => info.num_pending === 0 && info.num_ack_pending === 0);
}
