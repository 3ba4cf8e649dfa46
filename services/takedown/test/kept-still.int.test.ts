import { randomUUID } from "node:crypto";
import { markRestored, openRestored } from "@ntd/host";
import { RestoreServiceService } from "@ntd/proto/operations/v1/restore_service";
import { connect } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestTakedown, watch, type TestTakedown } from "./bed.ts";

let takedown: TestTakedown;
beforeAll(async () => {
  takedown = await startTestTakedown({ HEARTBEAT_MS: "50" });
  await takedown.provider("alpha", { domains: ["alpha.example"] });
});
afterAll(() => takedown[Symbol.asyncDispose]());

const as = async (name: string) =>
  connect(RestoreServiceService, {
    address: takedown.address,
    identityDir: await takedown.bed.identity("operator", name),
  });

test("a store that was brought back lets no notice leave before two operators have read what differs", async () => {
  const backupTime = new Date("2026-11-28T12:00:00Z");
  await takedown.restart(async (store) => {
    await markRestored(await openRestored(store), { backupTime, difference: "d1", clock: systemClock });
  });
  await using stream = watch(await takedown.isp("alpha"));
  const { noticeId } = await takedown.notice((await takedown.decide("alpha.example")).caseId);
  // Heartbeats show that the stream looks, and finds nothing that may leave.
  await eventually("the stream has looked several times", () => stream.heartbeats.length > 5);
  expect(stream.notices).toEqual([]);
  // The brake is another thing: to let it go is not to lift a restore.
  await takedown.operator.resumeDispatch({ requestId: randomUUID() });
  await using olga = await as("olga");
  await using otto = await as("otto");
  const one = await olga.liftRestore({ requestId: randomUUID(), difference: "d1" });
  expect(one.restored).toMatchObject({ backupTime, liftedBy: ["operator/olga"], liftedTime: undefined });
  const again = olga.liftRestore({ requestId: randomUUID(), difference: "d1" });
  await expect(again).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const unread = otto.liftRestore({ requestId: randomUUID(), difference: "d2" });
  await expect(unread).rejects.toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "difference" }] });
  const { length } = stream.heartbeats;
  await eventually("the stream has looked again", () => stream.heartbeats.length > length + 5);
  expect(stream.notices).toEqual([]);

  const request = { requestId: randomUUID(), difference: "d1" };
  const lifted = await otto.liftRestore(request);
  expect(lifted.restored?.liftedTime).toBeInstanceOf(Date);
  expect(await otto.liftRestore(request)).toEqual(lifted);
  expect((await stream.next()).noticeId).toBe(noticeId);
  expect((await olga.getRestore({})).restored).toEqual(lifted.restored);
});
