import { EarlierCase } from "@ntd/proto/casework/v1/assessment_service";
import { QueuedCase } from "@ntd/proto/casework/v1/case_service";
import { HashSet, ReleaseInfo, RevocationInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Proposal } from "@ntd/proto/hashlists/v1/proposal_service";
import { UnseenTarget } from "@ntd/proto/prober/v1/probe_service";
import { Notice } from "@ntd/proto/takedown/v1/notice";
import { derivedId, Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { digestOf } from "../src/commands/sets/releases/upload-resume.ts";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());
beforeEach(() => void bed.arrived.splice(0));

const nothing = new Uint8Array();
const noticeOf = (noticeId: string) => ({ ...Notice.decode(nothing), noticeId });
const [one, other] = ["1a2b3c4d-8f1b-7000-8000-000000000001", "1a2b3c5e-8f1b-7000-8000-000000000002"];
const asked = (method: string) => bed.arrived.filter((call) => call.method === method).map(({ request }) => request);

test("a notice is found by the beginning of its id among those that are listed, on every page", async () => {
  bed.answers.set("listNotices", ({ pageToken }: { pageToken: string }) =>
    pageToken === ""
      ? { notices: [noticeOf(other)], nextPageToken: "more" }
      : { notices: [noticeOf(one)], nextPageToken: "" },
  );
  bed.answers.set("getNotice", new Problem("NOT_FOUND"));
  await bed.ntd("notice", "show", "1a2b3c4");
  expect(asked("getNotice")).toEqual([{ noticeId: one }]);
});

test("what begins several ids is refused with them, and nothing is changed", async () => {
  bed.answers.set("listNotices", { notices: [noticeOf(one), noticeOf(other)], nextPageToken: "" });
  const { code, err } = await bed.ntd("notice", "offer-again", "1a2b3c", "--reason", "mended");
  expect([code, err]).toEqual([2, expect.stringContaining(`1a2b3c begins the ids of 2: ${one}, ${other}`)]);
  expect(asked("resolveRejection")).toEqual([]);
});

test("a whole id is taken as it is, and no list is asked", async () => {
  bed.answers.set("getNotice", new Problem("NOT_FOUND"));
  await bed.ntd("notice", "show", one);
  expect(bed.arrived.map(({ method }) => method)).toEqual(["getNotice"]);
});

test("a case is looked for in every list that may be read; what is refused shows nothing", async () => {
  bed.answers.set("listQueue", new Problem("NOT_ALLOWED"));
  bed.answers.set("searchCases", ({ by }: { by?: { $case: string } }) => ({
    cases: by?.$case === "mine" ? [{ ...EarlierCase.decode(nothing), caseId: one }] : [],
    nextPageToken: "",
  }));
  bed.answers.set("listHolds", { holds: [], nextPageToken: "" });
  bed.answers.set("claimCase", new Problem("NOT_FOUND"));
  await bed.ntd("case", "claim", "1a2b3c4d");
  expect(asked("claimCase")).toMatchObject([{ caseId: one }]);
});

// Each is refused once the whole id has arrived.
test.each<[string[], string, object]>([
  [["case", "show", "1a2b3c4d"], "getDossier", { caseId: one }],
  [["case", "show", "--target", "1a2b3c4d"], "getCase", { by: { $case: "targetId", value: one } }],
  [["notice", "list", "--case", "1a2b3c4d"], "listNotices", { caseId: one }],
  [["hold", "list", "--case", "1a2b3c4d"], "listHolds", { caseId: one }],
  [["readings", "list", "--service", "casework", "--case", "1a2b3c4d"], "listReadings", { caseId: one }],
  [["impact", "case", "1a2b3c4d"], "getImpact", { cause: { what: { $case: "caseId", value: one } } }],
  [["impact", "cluster", "1a2b3c4d"], "getImpact", { cause: { what: { $case: "clusterCaseId", value: one } } }],
  [["impact", "release", "1a2b3c4d"], "getImpact", { cause: { what: { $case: "releaseId", value: one } } }],
])("%j names it by its beginning, too", async (typed, method, request) => {
  bed.answers.set("listQueue", { cases: [{ ...QueuedCase.decode(nothing), caseId: one }], nextPageToken: "" });
  bed.answers.set("searchCases", new Problem("NOT_ALLOWED"));
  bed.answers.set("listSets", { sets: [{ ...HashSet.decode(nothing), setId: "a" }], nextPageToken: "" });
  bed.answers.set("listReleases", {
    releases: [{ ...ReleaseInfo.decode(nothing), releaseId: one }],
    nextPageToken: "",
  });
  bed.answers.set("listUnseen", { targets: [{ ...UnseenTarget.decode(nothing), targetId: one }], nextPageToken: "" });
  bed.answers.set("listHolds", { holds: [], nextPageToken: "" });
  for (const refused of ["getCase", "getDossier", "listReadings", "getImpact", "listNotices"])
    bed.answers.set(refused, new Problem("NOT_FOUND"));
  await bed.ntd(...typed);
  expect(asked(method)).toContainEqual(expect.objectContaining(request));
  expect((await bed.ntd(...typed.map((word) => word.replace("1a2b3c4d", "1a2b")))).err).toContain("1a2b is too short");
});

test("of lists that are not for whoever asks the whole id is asked for", async () => {
  bed.answers.set("listSets", new Problem("NOT_ALLOWED"));
  const { code, err } = await bed.ntd("impact", "release", "1a2b3c4d");
  expect([code, err]).toEqual([2, expect.stringContaining("no release that a list shows you begins with 1a2b3c4d")]);
});

test("a release is looked for in every set", async () => {
  bed.answers.set("listSets", {
    sets: ["a", "b"].map((setId) => ({ ...HashSet.decode(nothing), setId })),
    nextPageToken: "",
  });
  bed.answers.set("listReleases", ({ setId }: { setId: string }) => ({
    releases: setId === "b" ? [{ ...ReleaseInfo.decode(nothing), releaseId: other }] : [],
    nextPageToken: "",
  }));
  bed.answers.set("approveRelease", new Problem("NOT_FOUND"));
  await bed.ntd("set", "approve", "1a2b3c5e");
  expect(asked("approveRelease")).toMatchObject([{ releaseId: other }]);
});

test.each([
  ["approve-revocation", "approveRevocation"],
  ["withdraw-revocation", "withdrawRevocation"],
  ["approve-restore", "approveRestoration"],
  ["withdraw-restore", "withdrawRestoration"],
  ["revocation", "getRevocationImpact"],
])("set %s takes the beginning of a revocation's id", async (word, method) => {
  bed.answers.set("listSets", { sets: [{ ...HashSet.decode(nothing), setId: "a" }], nextPageToken: "" });
  const revocations = [one, other].map((revocationId) => ({ ...RevocationInfo.decode(nothing), revocationId }));
  bed.answers.set("listRevocations", { revocations, nextPageToken: "" }).set(method, new Problem("NOT_FOUND"));
  await bed.ntd("set", word, "1a2b3c5e");
  expect(asked(method)).toMatchObject([{ revocationId: other }]);
});

test.each([
  [["national", "confirm", "1a2b3c5e"], "confirmProposal"],
  [["national", "refuse", "1a2b3c5e", "--reason", "an advert"], "refuseProposal"],
])("%j takes the beginning of a proposal's id, as they are listed", async (typed, method) => {
  const proposals = [one, other].map((proposalId) => ({ ...Proposal.decode(nothing), proposalId }));
  bed.answers.set("listProposals", { proposals, nextPageToken: "" }).set(method, new Problem("NOT_FOUND"));
  await bed.ntd(...typed);
  expect(asked(method)).toMatchObject([{ proposalId: other }]);
});

test("what a delta is other than is named by its beginning, too", async () => {
  bed.answers.set("listSets", { sets: [{ ...HashSet.decode(nothing), setId: "a" }], nextPageToken: "" });
  const releases = [{ ...ReleaseInfo.decode(nothing), releaseId: one }];
  bed.answers.set("listReleases", { releases, nextPageToken: "" }).set("getUpload", new Problem("NOT_FOUND"));
  await bed.ntd("set", "upload", "a", import.meta.filename, "--delta", "--base", "1a2b3c4d");
  const wanted = derivedId("upload", "a", "", "UPLOAD_KIND_DELTA", one, await digestOf(import.meta.filename), 0);
  expect(asked("getUpload")).toMatchObject([{ uploadRequestId: wanted }]);
});
