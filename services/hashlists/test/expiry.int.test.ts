import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed } from "@ntd/testing";
import { expect, test } from "vitest";
import { list, members, policy, startHashlists, upload } from "./bed.ts";

const DAY = 86_400_000;

test("a list that nobody renews decides nothing more, without anybody's word, until the next release; a longer term is two persons' word", async () => {
  await using bed = await startTestBed();
  const clock = new MovableClock();
  await using hashlists = await startHashlists(bed, clock);
  const { anna, ben } = hashlists;
  const setId = "old";
  const of = { ...policy, expiryDays: 30 };
  await anna.createSet({ requestId: randomUUID(), setId, policy: of, members });
  const renew = async (lines: number) => {
    const { release } = await upload(anna, setId, list(lines));
    const releaseId = release?.releaseId ?? "";
    await ben.approveRelease({ requestId: randomUUID(), releaseId });
    await ben.activateRelease({ requestId: randomUUID(), releaseId });
  };
  await renew(2);
  const told = (counter: bigint) =>
    eventually(`it is told at ${counter}`, async () => {
      const events = await bed.published(nouns.release);
      return events.find(({ data }) => data.setId === setId && data.counter === counter);
    });
  expect((await told(1n)).data.policy).toMatchObject({ autoIssue: true });
  clock.advance(30 * DAY);
  const expired = await told(2n);
  expect([expired.verb, expired.data.policy?.autoIssue]).toEqual(["changed", false]);
  const identityDir = await bed.identity("maintainer", "anna");
  await using views = connect(HashSetViewServiceService, { address: hashlists.address, identityDir });
  const { set } = await views.getSet({ setId });
  expect(set).toMatchObject({ policy: { autoIssue: true, expiryDays: 30 }, expiredTime: clock.now() });
  // Whoever searched before searches anew.
  const [first] = await Array.fromAsync(hashlists.changes(setId, 1n));
  expect(first?.header).toMatchObject({ policyChanged: true, othersInBetween: true });

  const longer = { requestId: randomUUID(), setId, policy: { ...of, expiryDays: 60 }, reason: "nobody was here" };
  const { change } = await anna.proposeSetChange({ ...longer, policy: longer.policy });
  await ben.approveSetChange({ requestId: randomUUID(), setId, changeId: change?.changeId ?? "" });
  expect((await told(3n)).data.policy).toMatchObject({ autoIssue: true });
  clock.advance(30 * DAY);
  expect((await told(4n)).data.policy).toMatchObject({ autoIssue: false });
  await renew(3);
  expect((await told(5n)).data.policy).toMatchObject({ autoIssue: true });
  await expect(
    anna.createSet({ requestId: randomUUID(), setId: "never", policy: { ...of, expiryDays: 0 }, members }),
  ).rejects.toMatchObject({ fields: [{ field: "policy.expiry_days" }] });
});
