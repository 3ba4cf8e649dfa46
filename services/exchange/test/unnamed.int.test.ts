import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { Connector } from "@ntd/proto/exchange/v1/exchange_service";
import { MovableClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { MINUTE, NOW, openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

let at: ExchangeBed;
let clock: MovableClock;
let nth = 0;
beforeAll(async () => {
  at = await openExchangeBed();
});
afterAll(() => at[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const list of [at.server.entries, at.server.asked, at.hashlists.uploads]) list.length = 0;
  Object.assign(at.hashlists, { inForce: "", becomes: "RELEASE_STATE_ACTIVE" });
  clock = new MovableClock(NOW);
  nth++;
  shareEntries(at.server, 3, new Date(NOW.getTime() - 60 * MINUTE));
  await at.nameAll({ npo: {} });
});

const DAY = 24 * 60 * MINUTE;
const settings = () => ({ EXCHANGE_STORE_URL: `file:${join(at.bed.dir, `store-${nth}.sqlite`)}` });

async function running() {
  const service = await at.started(clock, settings());
  onTestFinished(() => service[Symbol.asyncDispose]());
  const pulled = (pulls: bigint) =>
    service.untilOne("it is pulled", ({ name, totals }) => name === "npo" && totals?.pulls === pulls);
  const all = async () => (await service.client.listConnectors({})).connectors;
  const forget = (name: string) => service.client.forgetConnector({ requestId: randomUUID(), name });
  return { ...service, pulled, all, forget };
}

const isNoted = ({ name, unnamedTime }: Connector) => name === "npo" && unnamedTime !== undefined;

test("a connector that the file names no more is shown, and kept; named again it goes on where it was", async () => {
  const { pulled, untilOne, all } = await running();
  const { checkpointTime, releaseId } = await pulled(1n);
  at.hashlists.inForce = releaseId;
  await at.nameAll({ npp: { set: "other", every_minutes: 1440 } });
  const left = await untilOne("it is shown as no longer named", isNoted);
  expect(left.state).toBe("CONNECTOR_STATE_NOT_NAMED");
  expect(left).toMatchObject({
    name: "npo",
    setId: "ncmec",
    kind: "CONNECTOR_KIND_NCMEC",
    checkpointTime,
    keptCount: 3,
  });
  expect(left).toMatchObject({
    dueTime: undefined,
    degraded: "",
    forgetTime: new Date(Number(left.unnamedTime) + 30 * DAY),
  });
  clock.advance(29 * DAY);
  expect((await all()).map(({ name }) => name)).toEqual(["npp", "npo"]);
  await at.nameAll({ npo: {} });
  const again = await untilOne("it goes on", ({ name, totals }) => name === "npo" && totals?.pulls === 2n);
  expect(again).toMatchObject({ unnamedTime: undefined, totals: { entries: 3n } });
});

test("after thirty days what is kept of it goes, and of nobody else; its set stays as it is", async () => {
  {
    await using first = await at.started(clock, settings());
    await first.untilOne("it is pulled", ({ totals }) => totals?.pulls === 1n);
    await at.nameAll({ npp: { set: "other" } });
    await first.untilOne("the other one is pulled", ({ name, totals }) => name === "npp" && totals?.pulls === 1n);
    await first.untilOne("it is noted", isNoted);
  }
  clock.advance(30 * DAY);
  const calls = at.hashlists.calls;
  const { all } = await running();
  await eventually("it is gone", async () => (await all()).every(({ name }) => name === "npp"));
  expect((await all())[0]).toMatchObject({ keptCount: 3 });
  expect(at.hashlists.calls).toBe(calls);
});

test("an operator has it forgotten at once; one that the file names is not", async () => {
  const { pulled, untilOne, all, forget } = await running();
  await pulled(1n);
  await expect(forget("npo")).rejects.toMatchObject({
    reason: "WRONG_STATE",
    message: expect.stringContaining("take it out first"),
  });
  await at.nameAll({ npp: { set: "other" } });
  await untilOne("it is noted", isNoted);
  expect(await forget("nobody")).toEqual({ forgottenCount: 0 });
  expect(await forget("npo")).toEqual({ forgottenCount: 1 });
  await eventually("it is gone", async () => (await all()).every(({ name }) => name === "npp"));
  await at.nameAll({ npo: {} });
  const again = await pulled(1n);
  expect(again).toMatchObject({ name: "npo", keptCount: 3 });
});

test("killed while it is forgotten, it is gone all the same", async () => {
  {
    await using first = await at.started(clock, settings());
    await first.untilOne("it is pulled", ({ totals }) => totals?.pulls === 1n);
    await at.nameAll({});
    await first.untilOne("it is noted", isNoted);
  }
  const { PATH = "" } = process.env;
  // By its own clock that is months ago.
  const env = { PATH, ...at.environment, ...settings(), NTD_FAILPOINT: "exchange.forgetting:1" };
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], { env, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
  const { all } = await running();
  await eventually("it is gone", async () => (await all()).length === 0);
});
