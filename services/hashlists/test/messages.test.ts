import { ApproveReleaseResponse, type ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { expect, test } from "vitest";
import { activate, newSet, revoke, type HashSetState } from "../src/sets/hash-set.ts";
import { approve } from "../src/releases/approval.ts";
import { refuse, type ReleaseState } from "../src/releases/release.ts";
import { beginUpload, finishUpload } from "../src/uploads/upload-steps.ts";
import { newRevocation, takeEffect, type RevocationState } from "../src/revocations/revocation.ts";
import { toHashSet } from "../src/sets/hash-set-message.ts";
import { answeredAgain, toReleaseInfo } from "../src/releases/release-message.ts";
import { toRevocationInfo } from "../src/revocations/revocation-message.ts";

const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
} as const;
const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
const set = newSet({
  setId: "s1",
  policy,
  createdBy: "maintainer/anna",
  createdTime: at(0),
  createdRequest: "q",
  createdDigest: "d",
});
const uploading = beginUpload(undefined, {
  releaseId: "r1",
  setId: "s1",
  uploadedBy: "maintainer/anna",
  part: "p",
  now: at(0),
  leaseUntil: at(60),
}) as ReleaseState;
const validated = finishUpload(
  uploading,
  "p",
  { name: "validated", digest: "d", entryCount: 7 },
  at(1),
) as ReleaseState;
const rejected = finishUpload(uploading, "p", { name: "rejected", digest: "d", problemCount: 9, problems: [] }, at(1));
const comparison = {
  activeReleaseId: "",
  activeEntryCount: 0,
  added: 7,
  removed: 0,
  changed: 0,
  reclassed: 0,
  kinds: [],
  time: at(2),
};
const word = { by: "maintainer/ben", now: at(2), comparison, counter: 0, confirmRemoved: undefined };
const approved = approve(validated, word) as ReleaseState;
const quarantined = approve(validated, {
  ...word,
  comparison: { ...comparison, activeEntryCount: 10, added: 11 },
}) as ReleaseState;
const refused = refuse(validated, "maintainer/ben", "wrong file", at(2)) as ReleaseState;
const active = activate(set, { releaseId: "r1", entryCount: 7 }, "maintainer/ben", at(3)) as HashSetState;
const superseded = activate(active, { releaseId: "r2", entryCount: 1 }, "maintainer/ben", at(4)) as HashSetState;

test.each([
  [uploading, set, "RELEASE_STATE_UPLOADING"],
  [rejected, set, "RELEASE_STATE_REJECTED"],
  [validated, set, "RELEASE_STATE_VALIDATED"],
  [approved, set, "RELEASE_STATE_APPROVED"],
  [quarantined, set, "RELEASE_STATE_QUARANTINED"],
  [refused, set, "RELEASE_STATE_REFUSED"],
  [approved, active, "RELEASE_STATE_ACTIVE"],
  [approved, superseded, "RELEASE_STATE_SUPERSEDED"],
] as const)("%#: the state that is shown follows from the release and its set: %3$s", (release, of, state) => {
  expect(toReleaseInfo(release as ReleaseState, of).state).toBe(state);
});

test("a release shows its counts, its people and their times", () => {
  expect(toReleaseInfo(rejected as ReleaseState, set)).toMatchObject({
    entryCount: 0n,
    problemCount: 9n,
    approvedBy: "",
  });
  expect(toReleaseInfo(approved, active)).toEqual({
    releaseId: "r1",
    setId: "s1",
    state: "RELEASE_STATE_ACTIVE",
    entryCount: 7n,
    problemCount: 0n,
    revokedCount: 0n,
    uploadedBy: "maintainer/anna",
    approvedBy: "maintainer/ben",
    uploadedTime: at(0),
    approvedTime: at(2),
    activatedTime: at(3),
    remarks: [],
  });
  const read = { format: "LIST_FORMAT_VICS_JSON" as const, fileName: "a.json", remarks: ["left out: 1 PhotoDNA"] };
  const refused = { name: "rejected" as const, digest: "d", problemCount: 9, problems: [], ...read };
  expect(toReleaseInfo({ ...approved, stage: refused }, set)).toMatchObject(read);
});

test("what an earlier release answered can be answered again", () => {
  const { remarks: _, ...told } = toReleaseInfo(approved, active);
  const again = ApproveReleaseResponse.encode({ release: answeredAgain(told as ReleaseInfo) }).finish();
  expect(ApproveReleaseResponse.decode(again).release).toMatchObject({ releaseId: "r1", remarks: [] });
});

test("a set shows what is in force", () => {
  expect(toHashSet(set)).toMatchObject({ setId: "s1", policy, activeReleaseId: "", counter: 0n, createdTime: at(0) });
  expect(toHashSet(superseded)).toMatchObject({ activeReleaseId: "r2", counter: 2n });
});

test("a revocation is in effect as soon as its set says so, whether it knows or not", () => {
  const asked = {
    revocationId: "v1",
    setId: "s1",
    reason: "r",
    requestedBy: "maintainer/anna",
    digest: "d",
    part: "p",
    persons: 1 as const,
  };
  const ready = newRevocation({ ...asked, entryCount: 3, alreadyRevoked: 1, requestedTime: at(4) }, 0);
  expect(toRevocationInfo(ready, active)).toEqual({
    revocationId: "v1",
    setId: "s1",
    state: "REVOCATION_STATE_APPROVED",
    entryCount: 3n,
    alreadyRevokedCount: 1n,
    reason: "r",
    // One of release 0.2 has none.
    cause: "REVOCATION_CAUSE_UNSPECIFIED",
    requestedBy: "maintainer/anna",
    approvedBy: "",
    requestedTime: at(4),
    approvedTime: undefined,
    effectiveTime: undefined,
    counter: 0n,
  });
  expect(
    toRevocationInfo({ ...ready, stage: { name: "withdrawn", by: "maintainer/ben", time: at(5) } }, active),
  ).toMatchObject({
    state: "REVOCATION_STATE_WITHDRAWN",
    withdrawnBy: "maintainer/ben",
    withdrawnTime: at(5),
    approvedBy: "",
  });
  const after = revoke(active, { revocationId: "v1" }, at(5));
  const shown = toRevocationInfo(ready, after);
  expect(shown).toMatchObject({ state: "REVOCATION_STATE_EFFECTIVE", effectiveTime: at(5), counter: 2n });
  const noted = takeEffect(ready, { revocationId: "v1", counter: 2, time: at(5) }) as RevocationState;
  expect(toRevocationInfo(noted, revoke(after, { revocationId: "v2" }, at(6)))).toEqual(shown);
});
