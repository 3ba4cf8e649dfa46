import { randomUUID } from "node:crypto";
import { FeedbackServiceService } from "@ntd/proto/exchange/v1/feedback_service";
import { ExchangeServiceService } from "@ntd/proto/exchange/v1/exchange_service";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { isFound, md5, MINUTE, putInForce, releasesOf, startExchangeStage, waiting } from "./exchange-stage.ts";

test("what NCMEC shares is found once a person has put it in force, no more once its member took it back, and NCMEC hears of it", async () => {
  await using stage = await startExchangeStage();
  const { clock, server, share, found } = stage;
  for (const n of [1, 2, 3]) share(n);
  clock.advance(MINUTE);
  await stage.connected();
  const first = await waiting(stage, 1);
  expect(first).toMatchObject({ entryCount: 3n, uploadedBy: "service/exchange" });
  await isFound(stage, 1, false);
  await putInForce(stage, first.releaseId);
  await isFound(stage, 1, true);

  share(4);
  share(1, true);
  clock.advance(60 * MINUTE);
  const second = await waiting(stage, 2);
  expect(second).toMatchObject({ entryCount: 3n });
  expect([await found(1), await found(4)]).toEqual([true, false]);
  await putInForce(stage, second.releaseId);
  await isFound(stage, 4, true);
  await isFound(stage, 1, false);
  expect([await found(2), await found(3)]).toEqual([true, true]);

  const is = { address: stage.exchange, identityDir: await stage.bed.identity("maintainer", "amina") };
  await using speaking = connect(FeedbackServiceService, is);
  const said = { connector: "npo", opinion: "FEEDBACK_OPINION_AGREE" as const, reasonIds: [] };
  await speaking.giveFeedback({ ...said, requestId: randomUUID(), fingerprint: md5(2) });
  await eventually("NCMEC hears it", async () => server.feedback.has("/npo/v2/entries/42/i2/MD5/feedback"));
});

/** What it shares, of which in the hour that it is down it takes back more than a tenth. */
const SHARED = 120;
const GONE = 13;

test("an exchange that is down for an hour: its list goes on, and when it is back, a feed that tombstones a tenth takes nothing out before two know how much", async () => {
  await using stage = await startExchangeStage();
  const { clock, server, share, found, budi, ann } = stage;
  for (let n = 1; n <= SHARED; n++) share(n);
  clock.advance(MINUTE);
  await stage.connected();
  const first = await waiting(stage, 1);
  await putInForce(stage, first.releaseId);
  await isFound(stage, SHARED, true);

  const is = { address: stage.exchange, identityDir: await stage.bed.identity("operator", "olga") };
  await using exchange = connect(ExchangeServiceService, is);
  const connector = async () => (await exchange.listConnectors({})).connectors[0];
  server.isDown = true;
  const asked = server.asked.length;
  const begun = clock.now().getTime();
  clock.advance(60 * MINUTE);
  // It is tried again and again, and less and less often.
  for (let failures = 1; clock.now().getTime() < begun + 120 * MINUTE; failures++) {
    const failing = await eventually(`failure ${failures}`, async () => {
      const now = await connector();
      return now?.failure?.count === failures && now;
    });
    expect([failures, failing.degraded]).toEqual([failures, failures < 3 ? "" : "UNREACHABLE"]);
    expect(failing).toMatchObject({
      failure: { fault: "CONNECTOR_FAULT_UNREACHABLE" },
      state: "CONNECTOR_STATE_BACKING_OFF",
    });
    expect([await found(1), await found(SHARED)]).toEqual([true, true]);
    if (failures === 2) for (let n = 1; n <= GONE; n++) share(n, true);
    if (failures === 2) share(SHARED + 1);
    clock.advance(Number(failing.dueTime) - clock.now().getTime());
  }
  expect([server.asked.length, await releasesOf(stage)]).toEqual([asked, [expect.anything()]]);
  server.isDown = false;
  clock.advance(20 * MINUTE);
  const second = await waiting(stage, 2);
  expect(await connector()).toMatchObject({ degraded: "", state: "CONNECTOR_STATE_RELEASE_WAITS" });
  expect((await connector())?.failure).toBeUndefined();
  expect(second).toMatchObject({ entryCount: BigInt(SHARED + 1 - GONE), uploadedBy: "service/exchange" });

  const named = () => ({ requestId: randomUUID(), releaseId: second.releaseId });
  expect((await budi.approveRelease(named())).release?.state).toBe("RELEASE_STATE_QUARANTINED");
  await expect(budi.activateRelease(named())).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await expect(budi.approveRelease({ ...named(), confirmRemoved: BigInt(GONE) })).rejects.toMatchObject({
    reason: "SAME_PERSON",
  });
  for (const wrong of [undefined, BigInt(GONE - 1)]) {
    const unsure = ann.approveRelease({ ...named(), ...(wrong !== undefined && { confirmRemoved: wrong }) });
    await expect(unsure).rejects.toMatchObject({ fields: [{ field: "confirm_removed" }] });
  }
  expect([await found(1), await found(SHARED + 1)]).toEqual([true, false]);
  await ann.approveRelease({ ...named(), confirmRemoved: BigInt(GONE) });
  await ann.activateRelease(named());
  await isFound(stage, SHARED + 1, true);
  await isFound(stage, 1, false);
  expect([await found(GONE), await found(GONE + 1)]).toEqual([false, true]);
});
