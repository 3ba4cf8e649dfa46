import { applyBus, nouns, producers, streamOf } from "@ntd/bus";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { endOf } from "./crash.ts";
import { beginPath, endState, startGround, type EndState, type Ground } from "./path.ts";

let ground: Ground;
let first: string;
let expected: EndState;

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
  first = await beginPath(ground, 4001);
  expected = await endOf(ground, first);
}, 180_000);
afterAll(() => ground[Symbol.asyncDispose]());

/** `ntd bus republish` for every service with a store: the number of aggregates. */
async function republishAll(): Promise<number> {
  let aggregates = 0;
  for (const service of producers) {
    const answer = await ground.call(OperationsServiceService, service, "operator", "admin", (c) => c.republish({}));
    aggregates += Number(answer.aggregateCount);
  }
  return aggregates;
}

const messages = async () => {
  const infos = await Promise.all(producers.map((p) => ground.platform.machine.bus.manager.streams.info(streamOf(p))));
  return infos.reduce((sum, info) => sum + info.state.messages, 0);
};

test("every fact again under fresh message ids changes nothing", async () => {
  const before = await messages();
  const sent = await republishAll();
  expect(sent).toBeGreaterThan(4);
  await eventually("all have come again", async () => (await messages()) >= before + sent);
  expect(await endOf(ground, first)).toEqual(expected);
  expect(await messages()).toBe(before + sent);
}, 60_000);

test("nats-server killed in the middle of a path and started again: the path ends the same", async () => {
  const name = await beginPath(ground, 4002);
  await ground.platform.machine.nats.kill("SIGKILL");
  await ground.platform.machine.nats.restart();
  expect(await endOf(ground, name)).toEqual(expected);
}, 120_000);

test("every stream lost: applied anew and republished, the end states are the same and new paths end", async () => {
  const { bus } = ground.platform.machine;
  for (const producer of producers) await bus.manager.streams.delete(streamOf(producer));
  await applyBus(bus.manager, { ackWaitMs: 1000 });
  expect((await bus.manager.streams.info(streamOf("takedown"))).state.messages).toBe(0);
  await republishAll();
  await eventually("the end state is told again", async () => (await endState(ground, first)) !== undefined, 30_000);
  expect(await endOf(ground, first)).toEqual(expected);
  expect((await ground.platform.machine.published(nouns.notice)).length).toBeGreaterThan(1);
  expect(await endOf(ground, await beginPath(ground, 4003))).toEqual(expected);
}, 120_000);
