import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const MEMBERS = ["--member", "a:owner,contributor", "--member", "b:approver@Partner"];
const policy = { owner: "hotline", role: "SET_ROLE_NEGATIVE", autoIssue: true, minVotes: 2, thresholds: undefined };
const set = { setId: "known", policy, activeReleaseId: "rel-1", counter: 3n, createdTime: new Date(0), members: [] };
const release = {
  releaseId: "rel-1",
  setId: "known",
  state: "RELEASE_STATE_VALIDATED",
  entryCount: 3n,
  problemCount: 0n,
  revokedCount: 0n,
  remarks: [],
  uploadedBy: "maintainer/a",
  approvedBy: "",
  uploadedTime: new Date(0),
  approvedTime: undefined,
  activatedTime: undefined,
};

test("set create names members, with another organisation where one is given", async () => {
  bed.answers.set("createSet", { set });
  const machine = ["--member", "service/exchange:contributor"];
  await bed.ntd("set", "create", "known", "--owner", "hotline", "--role", "positive", ...MEMBERS, ...machine);
  const roles = ["SET_MEMBER_ROLE_OWNER", "SET_MEMBER_ROLE_CONTRIBUTOR"];
  expect(bed.arrived.at(-1)?.request).toMatchObject({
    members: [
      { person: "maintainer/a", organisation: "hotline", roles },
      { person: "maintainer/b", organisation: "Partner", roles: ["SET_MEMBER_ROLE_APPROVER"] },
      { person: "service/exchange", organisation: "hotline", roles: ["SET_MEMBER_ROLE_CONTRIBUTOR"] },
    ],
  });
});

test.each(["a", "a:", "a:king", "a/b:owner", ":owner"])("set create refuses the member %j", async (member) => {
  const about = ["--owner", "hotline", "--role", "positive", "--member", member];
  const { code, err } = await bed.ntd("set", "create", "known", ...about);
  expect(code).toBe(2);
  expect(err).toContain("--member");
  expect(bed.arrived).toEqual([]);
});

const members = [{ person: "maintainer/a", organisation: "hotline", roles: ["SET_MEMBER_ROLE_OWNER"] }];
const ofSet = { ...set, members, policy: { ...policy, thresholds: undefined } };
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
  policy: { ...policy, minVotes: 7 },
};

test("set show tells who may do what, what machines do and what was agreed", async () => {
  bed.answers.set("getSet", { set: ofSet });
  const { out } = await bed.ntd("set", "show", "known");
  expect(out).toMatch(/role +negative\nmembers +a \(owner\), hotline\n/);
  expect(out).toMatch(/min votes +2\n/);
  bed.answers.set("getSet", new Problem("NOT_FOUND", "There is no such set."));
  expect(await bed.ntd("set", "show", "other")).toMatchObject({ code: 1, err: expect.stringContaining("no such set") });
});

test("set change proposes what is named and leaves the rest as it is", async () => {
  bed.answers.set("getSet", { set: ofSet }).set("proposeSetChange", { change });
  const { out } = await bed.ntd("set", "change", "known", "--min-votes", "7", "--reason", "its votes are good");
  expect(out).toMatch(/state +pending\n/);
  const { request } = bed.arrived.at(-1) ?? {};
  expect(request).toMatchObject({ setId: "known", policy: { owner: "hotline", minVotes: 7, autoIssue: true } });
  expect(request).toMatchObject({ terms: undefined, members: undefined });
  await bed.ntd("set", "change", "known", "--expiry-days", "90", "--pdq-quality", "70", "--reason", "seldom renewed");
  const named = { thresholds: { pdqQuality: 70 }, expiryDays: 90 };
  expect(bed.arrived.at(-1)?.request).toMatchObject({ policy: { minVotes: 2, ...named } });
  await bed.ntd(
    "set",
    "change",
    "known",
    "--licence",
    "ours",
    "--other-organisation",
    "--check",
    "known",
    "--reason",
    "agreed",
  );
  expect(bed.arrived.at(-1)?.request).toMatchObject({
    terms: { licence: "ours", jurisdiction: "", approverOfOtherOrganisation: true, check: "CHECK_TERMS_KNOWN" },
  });
  const { code, err } = await bed.ntd("set", "change", "known", "--reason", "none");
  expect([code, err]).toEqual([2, expect.stringContaining("nothing to change")]);
});

test("set changes lists proposals, and the beginning of an id names one", async () => {
  bed.answers.set("listSets", { sets: [ofSet], nextPageToken: "" }).set("listSetChanges", { changes: [change] });
  expect((await bed.ntd("set", "changes", "known")).out).toMatch(/3f0e0c1e\S* +pending +policy +maintainer\/a/);
  bed.answers.set("approveSetChange", { change: { ...change, state: "SET_CHANGE_STATE_IN_FORCE" } });
  await bed.ntd("set", "approve-change", "known", "3f0e0c1e");
  expect(bed.arrived.at(-1)).toMatchObject({ request: { setId: "known", changeId: change.changeId } });
});

test("who is to say yes to a proposal sees all of it, and what it is now", async () => {
  const wanted = {
    ...change,
    members: { members: [...members, { ...members[0], person: "maintainer/b", organisation: "Partner" }] },
    terms: { jurisdiction: "", licence: "", termsOfUse: "", scheme: "", approverOfOtherOrganisation: true },
  };
  bed.answers.set("listSets", { sets: [ofSet], nextPageToken: "" }).set("getSet", { set: ofSet });
  bed.answers.set("listSetChanges", { changes: [wanted] });
  const { out } = await bed.ntd("set", "changes", "known", "3f0e0c1e");
  expect(out).toMatch(/min votes +7 \(now 2\)\n/);
  expect(out).toMatch(/auto issue +yes\n/);
  expect(out).toMatch(/members +a \(owner\), hotline; b \(owner\), Partner \(now a \(owner\), hotline\)\n/);
  expect(out).toMatch(/approved by +another organisation \(now another person\)\n/);
  expect(out).toMatch(/effect +not known yet/);
  expect(out).toMatch(/waits for +another person's word/);
  const decided = { ...wanted, state: "SET_CHANGE_STATE_IN_FORCE", decidedTime: new Date(0) };
  bed.answers.set("listSetChanges", { changes: [decided] });
  const after = (await bed.ntd("set", "changes", "known", change.changeId)).out;
  expect(after).not.toMatch(/\(now |waits for/);
  expect(after).toMatch(/decided +1970/);
  const other = "3f0e0c1e-0000-4000-8000-000000000009";
  expect((await bed.ntd("set", "changes", "known", other)).err).toContain("no such proposal");
});

test("who is to say yes to the way back sees what it would take out and put in", async () => {
  const { policy: _, ...way } = change;
  bed.answers.set("getSet", { set: ofSet }).set("diffReleases", { ...counts, removed: 40n, kinds: [] });
  bed.answers.set("listSetChanges", { changes: [{ ...way, rollbackToReleaseId: "rel-0" }] });
  const { out } = await bed.ntd("set", "changes", "known", change.changeId);
  expect(out).toMatch(/back to release +rel-0\nby that +0 new, 40 removed, 0 changed in what is in force\n/);
  const pair = { olderReleaseId: "rel-1", newerReleaseId: "rel-0" };
  expect(bed.arrived.at(-1)).toMatchObject({ method: "diffReleases", request: pair });
});
const counts = { added: 0n, removed: 0n, changed: 0n, reclassed: 0n };

test("set compare tells what a release changes and whether it takes two approvers; approve sends what is confirmed", async () => {
  const comparison = {
    activeReleaseId: "rel-0",
    activeEntryCount: 100n,
    added: 1n,
    removed: 20n,
    changed: 0n,
    reclassed: 0n,
    kinds: [{ algorithm: "ALGORITHM_PDQ", classification: undefined, added: 1n, removed: 20n, changed: 0n }],
    quarantineReasons: ["QUARANTINE_REASON_SHRINKS"],
    quarantineText: "removes 20 of 100 entries (over 10 %)",
    comparedTime: new Date(0),
    addedSample: [],
    removedSample: [],
    changedSample: [],
    takenBackImpacts: [],
    lately: { entryCount: 110n, added: 0n, removed: 9n, reclassed: 0n, takenBack: 1n },
  };
  bed.answers.set("compareRelease", { comparison }).set("approveRelease", { release });
  const { out } = await bed.ntd("set", "compare", "rel-1");
  expect(out).toMatch(/within 24 hours +9 removed, 1 taken back of 110, let in by one approver each\n/);
  expect(out).toMatch(/quarantine +removes 20 of 100 entries \(over 10 %\): it takes two approvers\n/);
  expect(out).toMatch(/pdq +1 +20 +0\n$/);
  await bed.ntd("set", "approve", "rel-1", "--confirm-removed", "20");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ releaseId: "rel-1", confirmRemoved: 20n });
});

test("set approve and activate ask again, with one request id, while the release is still being compared", async () => {
  for (const [command, method] of [
    ["approve", "approveRelease"],
    ["activate", "activateRelease"],
  ] as const) {
    const asked: string[] = [];
    bed.answers.set(method, ({ requestId }: { requestId: string }) => {
      if (asked.push(requestId) === 1) throw new Problem("TIMED_OUT", "It is still being compared.");
      return { release };
    });
    const { code, err } = await bed.ntd("set", command, "rel-1");
    expect([code, err]).toEqual([0, "It is still being compared with what is in force …\n"]);
    expect([asked.length, new Set(asked).size]).toEqual([2, 1]);
  }
  bed.answers.set("approveRelease", new Problem("SAME_PERSON"));
  expect((await bed.ntd("set", "approve", "rel-1")).code).not.toBe(0);
});

test("set reject ends a release for a reason", async () => {
  bed.answers.set("rejectRelease", { release: { ...release, state: "RELEASE_STATE_REFUSED" } });
  const { out } = await bed.ntd("set", "reject", "rel-1", "--reason", "wrong file");
  expect(out).toMatch(/state +refused\n/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ releaseId: "rel-1", reason: "wrong file" });
});
