import { randomUUID } from "node:crypto";
import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import { systemClock } from "@ntd/service";
import { setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { list, policy, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, systemClock);
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const requestId = () => randomUUID();
const SAME_PERSON = { reason: "SAME_PERSON", message: expect.stringContaining("another organisation") };
const setId = "national";

test("the national list is not any maintainer's: an operator makes it, and no organisation alone changes what it says", async () => {
  const { anna, ben } = hashlists;
  const operator = await hashlists.as("operator", "olga");
  const [cleo, reviser] = [await hashlists.as("maintainer", "cleo"), await hashlists.asReviser("cleo")];
  const one = setMembers("anna", "ben", "cleo");
  const two = one.map((member): SetMember =>
    member.person === "maintainer/cleo" ? { ...member, organisation: "police" } : member,
  );
  const create = { requestId: requestId(), setId, policy, members: two };
  await expect(anna.createSet(create)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  await expect(operator.createSet({ ...create, members: one })).rejects.toMatchObject({
    fields: [{ field: "members" }],
  });
  await operator.createSet(create);

  const { release } = await upload(anna, setId, list(30));
  const named = { releaseId: release?.releaseId ?? "" };
  await expect(ben.approveRelease({ requestId: requestId(), ...named })).rejects.toMatchObject(SAME_PERSON);
  await cleo.approveRelease({ requestId: requestId(), ...named });
  await ben.activateRelease({ requestId: requestId(), ...named });

  const change = async (wanted: { members?: { members: SetMember[] }; retire?: boolean }) => {
    const { change: proposed } = await anna.proposeSetChange({ requestId: requestId(), setId, reason: "r", ...wanted });
    return { requestId: requestId(), setId, changeId: proposed?.changeId ?? "" };
  };
  await expect(change({ members: { members: one } })).rejects.toMatchObject({ fields: [{ field: "members" }] });
  const end = await change({ retire: true });
  await expect(ben.approveSetChange(end)).rejects.toMatchObject(SAME_PERSON);
  // Whoever says no needs nobody.
  await ben.rejectSetChange({ ...end, requestId: requestId() });

  const fingerprints = Array.from({ length: 11 }, (_, n) => {
    const value = Buffer.from((n + 1).toString(16).padStart(32, "0"), "hex");
    return { algorithm: "ALGORITHM_MD5" as const, value, quality: 0 };
  });
  const about = { setId, entryIds: [], fingerprints, reason: "a bad source" };
  const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
  const { revocation } = await anna.revokeEntries({ requestId: requestId(), ...about, cause });
  const word = { requestId: requestId(), revocationId: revocation?.revocationId ?? "" };
  await expect(ben.approveRevocation(word)).rejects.toMatchObject(SAME_PERSON);
  await cleo.approveRevocation(word);
  const own = await hashlists.asReviser("anna");
  const { restoration } = await own.restoreEntries({ requestId: requestId(), ...about });
  const back = { requestId: requestId(), revocationId: restoration?.revocationId ?? "" };
  await expect((await hashlists.asReviser("ben")).approveRestoration(back)).rejects.toMatchObject(SAME_PERSON);
  expect((await reviser.approveRestoration(back)).restoration?.state).toBe("REVOCATION_STATE_EFFECTIVE");
});
