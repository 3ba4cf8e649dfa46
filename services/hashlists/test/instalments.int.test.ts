import { randomUUID } from "node:crypto";
import { MovableClock } from "@ntd/service";
import { setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, list, md5, md5Line, policy, startHashlists, upload, type Maintainer } from "./bed.ts";

// What one approver each lets in, little at a time, counts together for a day.

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
let cleo: Maintainer;
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, clock);
  cleo = await service.as("maintainer", "cleo");
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function hundred(): Promise<string> {
  const setId = `set-${randomUUID()}`;
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben", "cleo") });
  expect(await taken(setId, list(100))).toBe("RELEASE_STATE_ACTIVE");
  return setId;
}

async function uploaded(setId: string, csv: string, isDelta = false): Promise<string> {
  const header = isDelta ? ({ kind: "UPLOAD_KIND_DELTA" } as const) : {};
  return (await upload(service.anna, setId, csv, { header })).release?.releaseId ?? "";
}

const approve = async (client: Maintainer, releaseId: string, confirm: object = {}) =>
  (await client.approveRelease({ requestId: randomUUID(), releaseId, ...confirm })).release?.state;

/** What becomes of a list by one approver. */
async function taken(setId: string, csv: string, isDelta = false) {
  const releaseId = await uploaded(setId, csv, isDelta);
  const state = await approve(service.ben, releaseId);
  if (state !== "RELEASE_STATE_APPROVED") return state;
  return (await service.ben.activateRelease({ requestId: randomUUID(), releaseId })).release?.state;
}

/** A delta that adds some entries, and removes others. */
function delta(added: readonly [from: number, to: number], removed: readonly [from: number, to: number]): string {
  const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const lines = [
    ...rows(...added).map((n) => `${md5Line(n)},`),
    ...rows(...removed).map((n) => `md5,${md5(n)},,,,,,yes`),
  ];
  return [`${HEADER},removed`, ...lines, ""].join("\n");
}
const none = [1, 0] as const;

test("a list that shrinks by instalments is in quarantine with the one by which it is too much; a day later it is not", async () => {
  const setId = await hundred();
  expect(await taken(setId, delta(none, [1, 9]), true)).toBe("RELEASE_STATE_ACTIVE");
  const releaseId = await uploaded(setId, delta(none, [10, 11]), true);
  const { comparison } = await cleo.compareRelease({ releaseId });
  expect(comparison).toMatchObject({
    removed: 2n,
    quarantineReasons: ["QUARANTINE_REASON_SHRINKS"],
    lately: { entryCount: 100n, removed: 9n, added: 0n },
  });
  expect(await approve(service.ben, releaseId)).toBe("RELEASE_STATE_QUARANTINED");
  clock.advance(24 * 3_600_000);
  expect(await approve(cleo, releaseId)).toBe("RELEASE_STATE_APPROVED");
});

test("of a short list the third nine of a day take a second approver, who hears why", async () => {
  const setId = `set-${randomUUID()}`;
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben", "cleo") });
  await taken(setId, list(50));
  const words = "adds 27 of 50 entries within 24 hours, with what one approver each let in (over 50 %)";
  expect(await taken(setId, delta([51, 59], none), true)).toBe("RELEASE_STATE_ACTIVE");
  expect(await taken(setId, delta([60, 68], none), true)).toBe("RELEASE_STATE_ACTIVE");
  const releaseId = await uploaded(setId, delta([69, 77], none), true);
  expect((await cleo.compareRelease({ releaseId })).comparison?.quarantineText).toBe(words);
  expect(await approve(service.ben, releaseId)).toBe("RELEASE_STATE_QUARANTINED");
  await expect(approve(service.ben, releaseId)).rejects.toThrow(`This ${words} and takes a third person`);
  await expect(approve(cleo, releaseId)).rejects.toMatchObject({
    fields: [{ field: "confirm_removed", description: expect.stringContaining(`in quarantine, since it ${words}`) }],
  });
});

test("so is one that grows by instalments; what two approved counts no more", async () => {
  const setId = await hundred();
  expect(await taken(setId, delta([101, 140], none), true)).toBe("RELEASE_STATE_ACTIVE");
  const releaseId = await uploaded(setId, delta([141, 160], none), true);
  expect(await approve(service.ben, releaseId)).toBe("RELEASE_STATE_QUARANTINED");
  expect(await approve(cleo, releaseId, { confirmRemoved: 0n })).toBe("RELEASE_STATE_APPROVED");
  await cleo.activateRelease({ requestId: randomUUID(), releaseId });
  expect(await taken(setId, delta([161, 170], none), true)).toBe("RELEASE_STATE_ACTIVE");
  // What changes nothing of that kind waits for nobody.
  expect(await taken(setId, delta(none, [1, 3]), true)).toBe("RELEASE_STATE_ACTIVE");
});

test("lists that were approved before, each for little, come into force only as far as that is little together", async () => {
  const setId = await hundred();
  const rows = list(100).trimEnd().split("\n");
  const without = (from: number, to: number) => [...rows.slice(0, from), ...rows.slice(to + 1), ""].join("\n");
  const [first, second] = [await uploaded(setId, without(1, 9)), await uploaded(setId, without(10, 18))];
  for (const releaseId of [first, second]) expect(await approve(service.ben, releaseId)).toBe("RELEASE_STATE_APPROVED");
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId: first });
  const late = service.ben.activateRelease({ requestId: randomUUID(), releaseId: second });
  const together = "removes 18 of 100 entries within 24 hours, with what one approver each let in (over 10 %)";
  await expect(late).rejects.toThrow(`by now it ${together}; upload it again and have two approve it`);
});

test("releases that take back a little each, approved at once, take back no more than one approver may let in", async () => {
  const setId = await hundred();
  const rows = list(100).trimEnd().split("\n").slice(1);
  const takingBack = (from: number, to: number) => {
    const gone = rows.slice(from - 1, to).map((row) => `${row},,wrong-file`);
    return [`${HEADER},size,revoked`, ...rows.toSpliced(from - 1, to - from + 1).map((row) => `${row},,`), ...gone, ""];
  };
  const releases = [];
  for (const from of [1, 10, 19, 28]) {
    releases.push(await uploaded(setId, takingBack(from, from + 8).join("\n")));
  }
  const states = await Promise.all(releases.map((releaseId) => approve(service.ben, releaseId)));
  expect(states.filter((state) => state === "RELEASE_STATE_APPROVED").length).toBeLessThan(2);
  const revoked = (await service.revocations(setId)).flatMap(({ entryIds }) => entryIds);
  expect(revoked.length).toBeLessThan(10);
});

test("what was not let in counts beside nothing: its approver acts for the organisation that uploaded it", async () => {
  const setId = `set-${randomUUID()}`;
  const members = setMembers("anna", "ben", "cleo").map((member) => ({
    ...member,
    organisation: member.person === "maintainer/cleo" ? "Another Hotline" : "Hotline",
  }));
  const none = { jurisdiction: "", licence: "", termsOfUse: "", scheme: "" };
  const terms = { ...none, approverOfOtherOrganisation: true };
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members, terms });
  const first = await uploaded(setId, list(100));
  await approve(cleo, first);
  await cleo.activateRelease({ requestId: randomUUID(), releaseId: first });
  const rows = list(100).trimEnd().split("\n").slice(1);
  const takingBack = (from: number) => {
    const lines = rows.map((row, at) => `${row},,${at >= from && at < from + 6 ? "wrong-file" : ""}`);
    return [`${HEADER},size,revoked`, ...lines, ""].join("\n");
  };
  const [refused, other] = [await uploaded(setId, takingBack(0)), await uploaded(setId, takingBack(6))];
  await expect(approve(service.ben, refused)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const { comparison } = await cleo.compareRelease({ releaseId: other });
  expect([comparison?.lately, comparison?.quarantineReasons]).toEqual([undefined, []]);
});
