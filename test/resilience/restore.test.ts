import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { applyBus, nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { finishRestore } from "@ntd/scripts/after-restore";
import { commandLine, type RunCommand } from "@ntd/scripts/demo-command";
import { restore } from "@ntd/scripts/restore";
import { systemClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { report, startGround, type Ground } from "../kernel/path.ts";
import { nothingPending } from "../nothing-pending.ts";
import { reversal, wrong, type Wronged } from "../kernel/reversal.ts";

let ground: Ground;
let ntd: RunCommand;
let wronged: Wronged;
let backup: string;

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
  ntd = commandLine(ground.platform, () => undefined);
  backup = `${ground.platform.machine.dir}-backup`;
  wronged = await wrong(ground, 7001);
}, 240_000);
afterAll(async () => {
  await ground[Symbol.asyncDispose]();
  await rm(backup, { recursive: true, force: true });
});

test("what was withdrawn and held after the backup stays so when it is restored; nothing leaves before two have read it", async () => {
  const unknown = ground.provider.publish("kernel-7100.jpg", await generatePicture(7100));
  const waiting = await report(ground, unknown);
  const held = await eventually("it waits for a person", () => queuedCase(waiting), 60_000);
  await eventually("all is handled", () => nothingPending(ground.platform.machine.bus), 30_000);
  await ntd("operator", "admin", "backup", backup);

  // What a day brings that must not be lost, and what is.
  const end = await (await reversal(ground, wronged)())();
  expect(end.removed.state).toBe("NOTICE_STATE_RESTORED");
  const hour = new Date(Date.now() + 3_600_000);
  await ground.call(HoldServiceService, "casework", "police", "pam", (client) =>
    client.holdCase({
      requestId: randomUUID(),
      caseId: held,
      reason: "a search",
      expireTime: hour,
      lookEvery: undefined,
    }),
  );
  const lost = await report(ground, ground.provider.publish("kernel-7101.jpg", await generatePicture(7101)));
  await eventually("it is there", () => queuedCase(lost), 60_000);
  const answered = (await newest(wronged.removed.caseId)).targets[0]?.answers.length;

  const { text, digest } = await restored();
  expect(text).toMatch(/casework cases: \d+, \d+/);
  expect(text).toMatch(new RegExp(`casework cases/${held}: \\d+, \\d+`));

  // The hold is in force, the withdrawn notice is withdrawn, what was accepted after the backup is not known any more.
  const { holds } = (await ntd("police", "pam", "hold", "list")) as { holds: { caseId: string; hold?: unknown }[] };
  expect(holds.map(({ caseId }) => caseId)).toContain(held);
  const notice = await newest(wronged.removed.caseId);
  expect([notice.state, notice.targets[0]?.answers.length]).toEqual(["NOTICE_STATE_RESTORED", answered]);
  const known = (await ground.platform.machine.published(nouns.report)).map(({ data }) => `reports/${data.reportId}`);
  expect(known).toContain(waiting);
  expect(known).not.toContain(lost);

  const show = async () =>
    (await ntd("operator", "admin", "restore", "show")) as { restored: { liftedTime?: string } }[];
  expect((await show()).map(({ restored: one }) => one.liftedTime)).toEqual([undefined, undefined]);
  await ntd("operator", "admin", "restore", "lift", "--difference", digest);
  expect((await show()).map(({ restored: one }) => one.liftedTime)).toEqual([undefined, undefined]);
  await ntd("operator", "second", "restore", "lift", "--difference", digest);
  for (const { restored: one } of await show()) expect(one.liftedTime).toBeDefined();

  // It goes on, and what is over is not begun again.
  const again = await report(ground, ground.provider.publish("kernel-7102.jpg", await generatePicture(7102)));
  await eventually("a new report is looked at", () => queuedCase(again), 60_000);
  await eventually("all is handled", () => nothingPending(ground.platform.machine.bus), 30_000);
  const after = await newest(wronged.removed.caseId);
  expect([after.state, after.targets[0]?.answers.length]).toEqual(["NOTICE_STATE_RESTORED", answered]);
  const doubled = Map.groupBy(await notices(), ({ targets }) => targets[0]?.targetId ?? "");
  expect([...doubled.values()].filter((own) => own.length > 1)).toEqual([]);
}, 300_000);

/** All ends, the backup is brought back, all starts again. */
async function restored(): Promise<{ text: string; digest: string }> {
  const { machine, services, endpoints } = ground.platform;
  for (const service of Object.values(services)) await service.kill("SIGKILL");
  await machine.nats.kill("SIGTERM");
  const done = await restore({ backup, dir: machine.dir, clock: systemClock });
  await machine.nats.restart();
  await eventually(
    "the bus is there",
    () => applyBus(machine.bus.manager, { ackWaitMs: 1000 }).then(() => true),
    30_000,
  );
  for (const service of Object.values(services)) service.start();
  await ground.platform.serving();
  const identityDir = await machine.identity("operator", "admin");
  expect(await finishRestore({ dir: machine.dir, bus: machine.bus, endpoints, identityDir })).toBe(true);
  await eventually("all is told again", () => nothingPending(ground.platform.machine.bus), 60_000);
  return done;
}

async function queuedCase(name: string): Promise<string | undefined> {
  const { machine } = ground.platform;
  const [target] =
    (await machine.published(nouns.report)).find(({ data }) => `reports/${data.reportId}` === name)?.data.targets ?? [];
  const cases = await machine.published(nouns.case);
  const found = cases.findLast(({ data }) => target !== undefined && data.targetId === target.targetId)?.data;
  return found?.state === "CASE_STATE_QUEUED" ? found.caseId : undefined;
}

async function notices(): Promise<Notice[]> {
  const all = (await ground.platform.machine.published(nouns.notice)).map(({ data }) => data);
  return [...new Map(all.map((notice) => [notice.noticeId, notice])).values()];
}

async function newest(caseId: string): Promise<Notice> {
  const found = (await notices()).find((notice) => notice.caseId === caseId);
  if (found === undefined) throw new Error(`no notice of ${caseId}`);
  return found;
}
