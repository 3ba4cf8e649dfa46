import { readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { listDeadLetters, producers, durablesOf } from "@ntd/bus";
import { eventually } from "@ntd/testing";
import type { ManagedProcess } from "@ntd/scripts/process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beginPath, endState, startGround, type EndState, type Ground } from "./path.ts";

/** A place in a service where it is killed. */
interface Pair {
  service: string;
  failpoint: string;
}

let ground: Ground;
let expected: EndState;
let pairs: Pair[];
const processes = () =>
  new Map<string, ManagedProcess>([...Object.entries(ground.platform.services), ["isp-agent", ground.provider.agent]]);
const recording = (service: string) => join(ground.platform.bed.dir, `failpoints-${service}`);

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
});
afterAll(() => ground[Symbol.asyncDispose]());

test("fault-free, the path crosses failpoints in every service that has a store", async () => {
  for (const [name, process] of processes()) {
    await process.kill("SIGTERM");
    process.start({ NTD_FAILPOINT: `record:${recording(name)}` });
  }
  await ground.platform.serving();
  expected = await end(await beginPath(ground, 1001));
  pairs = [...processes().keys()].flatMap((service) => {
    const file = recording(service);
    const names = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return names.map((failpoint) => ({ service, failpoint }));
  });
  const crossed = new Set(pairs.map((pair) => pair.service));
  expect([...crossed].toSorted()).toEqual([
    "casework",
    "compliance",
    "hashlists",
    "intake",
    "isp-agent",
    "matching",
    "prober",
    "takedown",
  ]);
  expect(expected).toMatchObject({
    target: { state: "TARGET_STATE_GONE", episode: 1, interval: true },
    case: { state: "CASE_STATE_AUTO_DECIDED", verdict: "VERDICT_ILLEGAL", reports: 1 },
    notices: [{ state: "NOTICE_STATE_CLOSED", outcomes: ["OUTCOME_REMOVED"], gone: true }],
  });
}, 120_000);

// Each round kills every service once, each at its next failpoint: the same path must come to the same end.
describe("killed at every failpoint", () => {
  test("each pair was hit, the process came back, and the end states are the same", async () => {
    const rounds = Math.max(...[...processes().keys()].map((s) => pairs.filter((p) => p.service === s).length));
    for (let round = 0; round < rounds; round++) {
      const armed = [...processes().keys()].flatMap((s) =>
        pairs.filter((p) => p.service === s).slice(round, round + 1),
      );
      await killedAt(armed, 2000 + round);
    }
    console.log(`${pairs.length} (service, failpoint) pairs in ${rounds} rounds`);
  }, 900_000);
});

async function killedAt(armed: readonly Pair[], seed: number): Promise<void> {
  const label = armed.map((p) => `${p.service}@${p.failpoint}`).join(", ");
  for (const { service, failpoint } of armed) {
    const process = processes().get(service);
    await process?.kill("SIGTERM");
    process?.start({ NTD_FAILPOINT: `${failpoint}:1` });
  }
  const deaths = armed.map(async ({ service, failpoint }) => {
    const process = processes().get(service);
    await process?.ended();
    process?.start();
    return `${service}@${failpoint}`;
  });
  const name = await beginPath(ground, seed);
  const hit = await within(60_000, Promise.all(deaths), `not every failpoint was hit of: ${label}`);
  expect(hit.length).toBe(armed.length);
  expect(await end(name, label), label).toEqual(expected);
}

async function end(name: string, label = ""): Promise<EndState> {
  const reached = await eventually(`the report ends ${label}`, () => endState(ground, name), 60_000);
  await eventually(`nothing is pending ${label}`, nothingPending, 30_000);
  expect(await listDeadLetters(ground.platform.bed.bus), label).toEqual([]);
  return reached;
}

async function nothingPending(): Promise<boolean> {
  const infos = producers
    .flatMap(durablesOf)
    .map(({ stream, name }) => ground.platform.bed.bus.manager.consumers.info(stream, name));
  return (await Promise.all(infos)).every((info) => info.num_pending === 0 && info.num_ack_pending === 0);
}

async function within<T>(ms: number, work: Promise<T>, message: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(message)), ms);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
