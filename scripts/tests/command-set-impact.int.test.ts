import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

// What would follow is shown where one decides, and what is not known is never shown as 0.

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const revocation = {
  revocationId: "rev-1",
  setId: "known",
  state: "REVOCATION_STATE_EFFECTIVE",
  entryCount: 12n,
  alreadyRevokedCount: 0n,
  reason: "wrong",
  requestedBy: "maintainer/a",
  approvedBy: "maintainer/b",
  requestedTime: new Date(0),
  approvedTime: new Date(0),
  effectiveTime: new Date(0),
  counter: 3n,
  cause: "REVOCATION_CAUSE_WRONG_FILE",
};
const impact = {
  assessedTime: new Date(0),
  caseCount: 7,
  isMore: false,
  targetCount: 6,
  undecidedCount: 1,
  machineCount: 4,
  personCount: 2,
  inDoubtCount: 0,
  basisRevokedCount: 0,
  withdrawnCount: 0,
  restingCount: 3,
  fallingCount: 3,
  liveEntryCount: 5,
  askedEntryCount: 12n,
  liveNoticeCount: 6,
  fallingNoticeCount: 3,
  suspendedNoticeCount: 0,
  withdrawnNoticeCount: 0,
  restoredNoticeCount: 0,
};

test("set revocation tells what stood on it when it waited, and where that stands now", async () => {
  const now = { ...impact, machineCount: 1, inDoubtCount: 3, basisRevokedCount: 3, fallingCount: 0 };
  const after = { ...now, liveNoticeCount: 3, fallingNoticeCount: 0, suspendedNoticeCount: 3 };
  bed.answers.set("getRevocationImpact", { revocation: { ...revocation, impact }, now: after });
  const { out } = await bed.ntd("set", "revocation", "rev-1");
  const [before = "", since = ""] = out.split("\nnow\n");
  expect(before).toMatch(/fall with its cause +3\n/);
  expect(before).toMatch(/notices +6 live \(3 would be suspended\), 0 suspended, 0 withdrawn\n/);
  expect(since).toMatch(/in doubt +3, 3 as basis revoked\n/);
  expect(since).toMatch(/notices +3 live, 3 suspended, 0 withdrawn\n/);
  expect(bed.arrived.at(-1)?.request).toEqual({ revocationId: "rev-1" });
});

test("set revocations tells of each what was to fall with it, where that was asked", async () => {
  const revocations = [
    { ...revocation, impact },
    { ...revocation, revocationId: "rev-2" },
  ];
  bed.answers.set("listRevocations", { revocations, nextPageToken: "" });
  const { out } = await bed.ntd("set", "revocations", "known");
  expect(out).toMatch(/rev-1.* 12 +3 of 7 cases +maintainer\/a/);
  expect(out).toMatch(/rev-2.* 12 +maintainer\/a/);
});

test("set revoke --dry-run tells what would follow, and takes nothing back", async () => {
  const counts = { entryCount: 2n, alreadyRevokedCount: 1n, sameFileCount: 3n, personCount: 2 };
  bed.answers.set("assessRevocation", { ...counts, impact });
  const id = "3f0e0c1e-0000-4000-8000-000000000001";
  const { out } = await bed.ntd("set", "revoke", "known", "--entry", id, "--reason", "wrong", "--dry-run");
  expect(out).toMatch(/would be taken back +2\nwould wait for +another person's approval\n/);
  expect(out).toMatch(/rest on it alone +3\n/);
  expect(out).toContain("3 more entries are of the same files: --with-its-file takes them back, too\n");
  expect(bed.arrived.map(({ method }) => method)).toEqual(["assessRevocation"]);
  const { request } = bed.arrived[0] ?? {};
  expect(request).toMatchObject({ setId: "known", entryIds: [id], cause: "REVOCATION_CAUSE_WRONG_FILE" });
});

test("what nobody answers is not known", async () => {
  bed.answers.set("getRevocationImpact", { revocation });
  expect((await bed.ntd("set", "revocation", "rev-1")).out).toContain("not known: casework does not answer");
  const { liveNoticeCount: _, ...others } = impact;
  bed.answers.set("getRevocationImpact", { revocation, now: others });
  expect((await bed.ntd("set", "revocation", "rev-1")).out).toContain("not known: takedown does not answer");
});

const effect = {
  assessedTime: new Date(0),
  caseCount: 500,
  isMore: false,
  newlyDecidedCount: 410,
  againstPersonCount: 3,
  waitingCount: 400,
  noLongerDecidedCount: 2,
  findsMore: true,
};
const change = {
  changeId: "3f0e0c1e-0000-4000-8000-000000000000",
  setId: "known",
  state: "SET_CHANGE_STATE_PENDING",
  reason: "its votes are good",
  proposedBy: "maintainer/a",
  proposedTime: new Date(0),
  decidedBy: "",
  decidedTime: undefined,
  counter: 0n,
  policy: { owner: "h", role: "SET_ROLE_POSITIVE", autoIssue: true, minVotes: 1, thresholds: undefined },
};

test("set changes and approve-change tell what another policy would have decided", async () => {
  bed.answers.set("listSetChanges", {
    changes: [
      { ...change, effect },
      { ...change, changeId: "b" },
    ],
  });
  const { out } = await bed.ntd("set", "changes", "known");
  expect(out).toContain("412 of 500 cases");
  bed.answers.set("rejectSetChange", { change: { ...change, effect: { ...effect, isMore: true } } });
  const rejected = await bed.ntd("set", "reject-change", "known", change.changeId);
  expect(rejected.out).toContain("412 of the newest 500 cases would have been decided otherwise");
  expect(rejected.out).toMatch(/decided by machine +410: 3 against a person's word, 400 that wait\n/);
  expect(rejected.out).toMatch(/finds more +yes/);
  bed.answers.set("rejectSetChange", { change });
  expect((await bed.ntd("set", "reject-change", "known", change.changeId)).out).toMatch(/effect +not known yet/);
});

const comparison = {
  activeReleaseId: "rel-0",
  activeEntryCount: 100n,
  added: 5n,
  removed: 30n,
  changed: 1n,
  reclassed: 1n,
  kinds: [],
  quarantineReasons: ["QUARANTINE_REASON_SHRINKS"],
  comparedTime: new Date(0),
  addedSample: [],
  removedSample: [],
  changedSample: [],
  takenBackImpacts: [],
};

test("set compare tells what stands on a release and what it would meet, and shows some of it", async () => {
  const sample = {
    entryId: "3f0e0c1e-0000-4000-8000-000000000001",
    algorithm: "ALGORITHM_MD5",
    classification: { scheme: "s", version: "", code: "B" },
    classificationBefore: { scheme: "s", version: "", code: "A" },
    votes: 2,
    value: new Uint8Array(16).fill(10),
  };
  const removedImpact = {
    assessedTime: new Date(0),
    askedCount: 30n,
    liveEntryCount: 4n,
    caseCount: 6,
    isMore: false,
    liveNoticeCount: 7,
    noticedEntryCount: 3n,
  };
  const met = { nearNegativeCount: 2n, metEntryCount: 3n, metRowCount: 9n, rowCount: 1000n, isMore: false };
  const addedImpact = { assessedTime: new Date(0), askedCount: 5n, ...met };
  const takenBackImpacts = [{ cause: "REVOCATION_CAUSE_NOT_ILLEGAL", impact }];
  const whole = { ...comparison, removedImpact, addedImpact, takenBackImpacts, changedSample: [sample] };
  bed.answers.set("compareRelease", { comparison: whole, isUnderWay: false });
  const { out } = await bed.ntd("set", "compare", "rel-1");
  expect(out).toMatch(/stands on what it removes +on 4 of 30 entries; 6 cases, 7 notices live, on 3 of them\n/);
  expect(out).toMatch(/falls with what it takes back +not-illegal: 3 cases, 3 notices\n/);
  expect(out).toMatch(/near a negative set +2 of 5 new entries\n/);
  expect(out).toMatch(/was seen already +3 of 5 new entries; 9 of 1000 things seen would be hit\n/);
  expect(out).toMatch(/changed +3f0e0c1e.* +md5 +s B, was s A +2 +(0a){16}/);
  expect(out).not.toContain("near a positive set");
  const compared = async (known: object) => {
    bed.answers.set("compareRelease", { comparison: { ...comparison, ...known }, isUnderWay: false });
    return (await bed.ntd("set", "compare", "rel-1")).out;
  };
  const negative = { ...addedImpact, nearPositiveCount: 1n };
  expect(await compared({ addedImpact: negative })).toMatch(/near a positive set +1 of 5 new entries\n/);
  expect(await compared({ addedImpact })).toMatch(/stands on what it removes +not known: casework does not answer\n/);
  expect(await compared({ removedImpact })).toMatch(/near a negative set +not known: matching does not answer\n/);
  expect(await compared({})).toMatch(/what would follow +not known yet; ask: ntd set compare\n/);
});

test("set conflicts tells which entries contradict another set, by their hashes, and in how many cases", async () => {
  const entryId = "3f0e0c1e-0000-4000-8000-000000000001";
  const fingerprint = { algorithm: "ALGORITHM_SHA1", value: new Uint8Array(20).fill(7), quality: 0 };
  const entry = { entryId, fingerprint, votes: 1, classification: undefined };
  const conflict = { entryId, caseCount: 7, entry };
  bed.answers.set("listConflicts", { conflicts: [conflict, { ...conflict, entry: undefined }], isMore: true });
  const { out } = await bed.ntd("set", "conflicts", "innocent");
  expect(out).toMatch(/entry +algorithm +value +cases\n3f0e0c1e.* +sha1 +(07){20} +7\n3f0e0c1e.* +7\nThere are more/);
  expect(bed.arrived.at(-1)?.request).toEqual({ setId: "innocent" });
  bed.answers.set("listConflicts", { conflicts: [], isMore: false });
  expect((await bed.ntd("set", "conflicts", "innocent")).out).toMatch(/^No entry of it contradicts another set/);
});
