import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { list, md5, policy, startHashlists, upload, type Maintainer } from "./bed.ts";

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, systemClock);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const requestId = () => randomUUID();
const member = (name: string, organisation: string, ...roles: SetMember["roles"]): SetMember => ({
  person: `maintainer/${name}`,
  organisation,
  roles,
});
const members = [
  member("anna", "Hotline", "SET_MEMBER_ROLE_OWNER", "SET_MEMBER_ROLE_CONTRIBUTOR"),
  member("ben", "Hotline", "SET_MEMBER_ROLE_APPROVER"),
  member("pia", "Police", "SET_MEMBER_ROLE_APPROVER"),
  member("rita", "Ministry", "SET_MEMBER_ROLE_READER"),
];

async function createdSet(): Promise<string> {
  const setId = `set-${randomUUID()}`;
  await service.anna.createSet({ requestId: requestId(), setId, policy, members });
  return setId;
}

const page = { pageSize: 100, pageToken: "" };
const NOT_FOUND = { reason: "NOT_FOUND" };
const NOT_ALLOWED = { reason: "NOT_ALLOWED" };

describe("an outsider is refused everywhere, and does not hear that the set is there:", () => {
  let setId: string;
  let named: { requestId: string; releaseId: string };
  let outsider: Maintainer;
  beforeAll(async () => {
    setId = await createdSet();
    const { release } = await upload(service.anna, setId, list(2));
    named = { requestId: requestId(), releaseId: release?.releaseId ?? "" };
    outsider = await service.as("maintainer", "otto");
  });
  test.each<[string, () => Promise<unknown>]>([
    ["upload", () => upload(outsider, setId, list(1))],
    ["approve", () => outsider.approveRelease(named)],
    ["activate", () => outsider.activateRelease(named)],
    ["list releases", () => outsider.listReleases({ setId, ...page })],
    ["list revocations", () => outsider.listRevocations({ setId, ...page })],
    ["propose", () => outsider.proposeSetChange({ requestId: requestId(), setId, reason: "r", members: { members } })],
    ["approve a change", () => outsider.approveSetChange({ requestId: requestId(), setId, changeId: randomUUID() })],
    ["reject a change", () => outsider.rejectSetChange({ requestId: requestId(), setId, changeId: randomUUID() })],
    ["list changes", () => outsider.listSetChanges({ setId })],
    [
      "revoke",
      () =>
        outsider.revokeEntries({
          requestId: requestId(),
          setId,
          entryIds: [randomUUID()],
          fingerprints: [],
          reason: "r",
          cause: "REVOCATION_CAUSE_WRONG_FILE",
        }),
    ],
  ])("%s", async (_, call) => {
    await expect(call()).rejects.toMatchObject(NOT_FOUND);
  });

  test("nor does a list of sets name it, but to members and operators", async () => {
    const names = async (client: Maintainer) => (await client.listSets(page)).sets.map((set) => set.setId);
    expect(await names(outsider)).not.toContain(setId);
    expect(await names(await service.as("maintainer", "rita"))).toContain(setId);
    expect(await names(await service.as("operator", "oscar"))).toContain(setId);
  });
});

test("each member does what their roles allow, and nothing else", async () => {
  const setId = await createdSet();
  const { anna, ben } = service;
  const rita = await service.as("maintainer", "rita");
  await expect(upload(ben, setId, list(2))).rejects.toMatchObject(NOT_ALLOWED);
  await expect(upload(rita, setId, list(2))).rejects.toMatchObject(NOT_ALLOWED);
  const { release } = await upload(anna, setId, list(2));
  const named = { requestId: requestId(), releaseId: release?.releaseId ?? "" };
  await expect(anna.approveRelease(named)).rejects.toMatchObject(NOT_ALLOWED);
  await ben.approveRelease(named);
  await expect(anna.activateRelease(named)).rejects.toMatchObject(NOT_ALLOWED);
  await ben.activateRelease(named);
  expect((await rita.listReleases({ setId, ...page })).releases).toMatchObject([{ state: "RELEASE_STATE_ACTIVE" }]);
});

test("two who may not put a list in force neither give entries back nor take many: that takes an approver or an owner", async () => {
  const setId = `set-${randomUUID()}`;
  const { anna, ben } = service;
  const cora = member("cora", "Hotline", "SET_MEMBER_ROLE_CONTRIBUTOR");
  await anna.createSet({ requestId: requestId(), setId, policy, members: [...members, cora] });
  const { release } = await upload(anna, setId, list(20));
  const named = { requestId: requestId(), releaseId: release?.releaseId ?? "" };
  await ben.approveRelease(named);
  await ben.activateRelease({ ...named, requestId: requestId() });
  const entry = (n: number) => ({ algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(md5(n), "hex"), quality: 0 });
  const naming = (...ns: number[]) => ({ setId, entryIds: [], fingerprints: ns.map(entry), reason: "a mistake" });
  const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
  const many = { requestId: requestId(), ...naming(...Array.from({ length: 11 }, (_, i) => i + 1)), cause };
  const { revocation } = await ben.revokeEntries(many);
  const [asCora, asAnna] = [await service.as("maintainer", "cora"), await service.asReviser("anna")];
  const word = { requestId: requestId(), revocationId: revocation?.revocationId ?? "" };
  await expect(asCora.approveRevocation(word)).rejects.toMatchObject(NOT_ALLOWED);
  expect((await anna.approveRevocation(word)).revocation?.state).toBe("REVOCATION_STATE_EFFECTIVE");
  const { restoration } = await asAnna.restoreEntries({ requestId: requestId(), ...naming(1) });
  const back = { requestId: requestId(), revocationId: restoration?.revocationId ?? "" };
  await expect((await service.asReviser("cora")).approveRestoration(back)).rejects.toMatchObject(NOT_ALLOWED);
  const given = await (await service.asReviser("ben")).approveRestoration(back);
  expect(given.restoration?.state).toBe("REVOCATION_STATE_EFFECTIVE");
});

test("where a set wants it, who approves acts for another organisation than who uploaded", async () => {
  const setId = await createdSet();
  const { anna, ben } = service;
  const pia = await service.as("maintainer", "pia");
  const terms = { jurisdiction: "", licence: "", termsOfUse: "", scheme: "", approverOfOtherOrganisation: true };
  const { change } = await anna.proposeSetChange({ requestId: requestId(), setId, reason: "agreed", terms });
  await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  const { release } = await upload(anna, setId, list(2));
  const named = { requestId: requestId(), releaseId: release?.releaseId ?? "" };
  await expect(ben.approveRelease(named)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect((await pia.approveRelease(named)).release).toMatchObject({ state: "RELEASE_STATE_APPROVED" });
  // Nor do two of one organisation agree that it is enough, or that one of them is another one's.
  const moved = members.map((one) => (one.person === "maintainer/ben" ? { ...one, organisation: "Charity" } : one));
  for (const wanted of [{ terms: { ...terms, approverOfOtherOrganisation: false } }, { members: { members: moved } }]) {
    const proposed = await anna.proposeSetChange({ requestId: requestId(), setId, reason: "easier", ...wanted });
    const word = { requestId: requestId(), setId, changeId: proposed.change?.changeId ?? "" };
    await expect(ben.approveSetChange(word)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    await ben.rejectSetChange({ ...word, requestId: requestId() });
  }
  // What somebody uploaded who left is nobody's, and so not another organisation's.
  const late = { requestId: requestId(), releaseId: (await upload(anna, setId, list(3))).release?.releaseId ?? "" };
  const left = [...members.slice(1), member("olga", "Hotline", "SET_MEMBER_ROLE_OWNER", "SET_MEMBER_ROLE_CONTRIBUTOR")];
  const leaving = await anna.proposeSetChange({
    requestId: requestId(),
    setId,
    reason: "I leave",
    members: { members: left },
  });
  await pia.approveSetChange({ requestId: requestId(), setId, changeId: leaving.change?.changeId ?? "" });
  await expect(ben.approveRelease(late)).rejects.toThrow("who is no member any more");
});

test("what industry may ask of a set is agreed by two, told with the set, and of a set that is not positive refused", async () => {
  const setId = await createdSet();
  const { anna, ben } = service;
  const told = async () => (await bed.published(nouns.release)).findLast(({ data }) => data.setId === setId)?.data;
  const agreed = { jurisdiction: "", licence: "", termsOfUse: "", scheme: "", approverOfOtherOrganisation: false };
  for (const check of ["CHECK_TERMS_EXPLAINED", "CHECK_TERMS_NONE"] as const) {
    const terms = { ...agreed, check };
    const { change } = await anna.proposeSetChange({ requestId: requestId(), setId, reason: "agreed", terms });
    await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
    const wanted = check === "CHECK_TERMS_NONE" ? undefined : check;
    await eventually("it is told", async () => (await told())?.check === wanted);
    expect((await told())?.counter).toBe(0n);
  }
  const negative = { ...policy, role: "SET_ROLE_NEGATIVE", autoIssue: false } as const;
  const innocent = { requestId: requestId(), setId: "innocent", policy: negative, members };
  await anna.createSet(innocent);
  const terms = { ...agreed, check: "CHECK_TERMS_KNOWN" } as const;
  const refused = { fields: [{ field: "terms.check" }] };
  const change = { requestId: requestId(), setId: "innocent", reason: "agreed", terms };
  await expect(anna.proposeSetChange(change)).rejects.toMatchObject(refused);
  // Nor is it for who creates a set alone.
  const other = { requestId: requestId(), setId: "other", policy, members, terms };
  await expect(anna.createSet(other)).rejects.toMatchObject(refused);
});

test("another policy waits for a second person; then it is in force, told with a new counter, and known afterwards", async () => {
  const setId = await createdSet();
  const { anna, ben } = service;
  const { release } = await upload(anna, setId, list(2));
  const named = { requestId: requestId(), releaseId: release?.releaseId ?? "" };
  await ben.approveRelease(named);
  await ben.activateRelease(named);
  const wanted = { ...policy, autoIssue: false, minVotes: 5 };
  const request = { requestId: requestId(), setId, reason: "its votes are doubtful", policy: wanted };
  const { change } = await anna.proposeSetChange(request);
  expect(change).toMatchObject({ state: "SET_CHANGE_STATE_PENDING", proposedBy: "maintainer/anna", setId });
  expect(await anna.proposeSetChange(request)).toEqual({ change });
  await expect(anna.proposeSetChange({ ...request, reason: "other" })).rejects.toMatchObject({
    reason: "REQUEST_ID_REUSED",
  });
  const told = async () => (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
  await expect.poll(async () => (await told()).at(-1)?.data.counter).toBe(1n);
  const before = await told();
  const word = { requestId: requestId(), setId, changeId: change?.changeId ?? "" };
  await expect(anna.approveSetChange(word)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const approved = await ben.approveSetChange(word);
  expect(approved.change).toMatchObject({
    state: "SET_CHANGE_STATE_IN_FORCE",
    decidedBy: "maintainer/ben",
    counter: 2n,
  });
  expect(await ben.approveSetChange(word)).toEqual(approved);
  // What was proposed is answered again as it was.
  expect(await anna.proposeSetChange(request)).toEqual({ change });
  await expect
    .poll(async () => (await told()).slice(before.length))
    .toMatchObject([{ data: { counter: 2n, policy: { autoIssue: false, minVotes: 5 } } }]);
  const headers = await Array.fromAsync(service.changes(setId, 1n));
  expect(headers[0]?.header).toMatchObject({ throughCounter: 2n, policyChanged: true });
});

test("a proposal is refused by its field, and one that is not for its owners by that", async () => {
  const setId = await createdSet();
  const { anna, ben } = service;
  const refused = async (given: object) => {
    const request = { requestId: requestId(), setId, reason: "r", ...given };
    const failure = await anna.proposeSetChange(request).then(
      () => undefined,
      (error: { fields: { field: string }[] }) => error.fields.map(({ field }) => field),
    );
    return failure;
  };
  expect(await refused({})).toEqual(["policy"]);
  expect(await refused({ policy: { ...policy, owner: "Other" } })).toEqual(["policy.owner"]);
  expect(await refused({ policy: { ...policy, role: "SET_ROLE_NEGATIVE", autoIssue: false } })).toEqual([
    "policy.role",
  ]);
  expect(await refused({ policy, reason: " " })).toEqual(["reason"]);
  expect(await refused({ members: { members: [] } })).toEqual(["members", "members", "members"]);
  const long = {
    jurisdiction: "x".repeat(1001),
    licence: "",
    termsOfUse: "",
    scheme: "",
    approverOfOtherOrganisation: false,
  };
  expect(await refused({ terms: long })).toEqual(["terms.jurisdiction"]);
  const request = { requestId: requestId(), setId, reason: "r", members: { members } };
  await expect(ben.proposeSetChange(request)).rejects.toMatchObject(NOT_ALLOWED);
});

test("who leaves a set is an outsider from then on, and who comes is none", async () => {
  const setId = await createdSet();
  const { anna, ben } = service;
  const [, , pia, ...others] = members;
  const next = [...members.slice(0, 2), ...others.slice(1), member("carl", "Hotline", "SET_MEMBER_ROLE_CONTRIBUTOR")];
  const request = { requestId: requestId(), setId, reason: "Rita and Pia left", members: { members: next } };
  const { change } = await anna.proposeSetChange(request);
  const rita = await service.as("maintainer", "rita");
  await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  await expect(rita.listReleases({ setId, ...page })).rejects.toMatchObject(NOT_FOUND);
  expect(pia?.person).toBe("maintainer/pia");
  expect((await upload(await service.as("maintainer", "carl"), setId, list(1))).release?.state).toBe(
    "RELEASE_STATE_VALIDATED",
  );
});
