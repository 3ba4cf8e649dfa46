import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const proposalId = "3f2a1b4c-0000-4000-8000-000000000000";
const proposal = {
  proposalId,
  state: "PROPOSAL_STATE_PROPOSED",
  proposedTime: new Date(0),
  seenBy: ["assessor/ann"],
  caseIds: ["case-1"],
  contradicted: true,
  releaseId: "",
  refusedBy: "",
  refusedReason: "",
};

test("national tells what is proposed, and what became of it by a person's word", async () => {
  bed.answers.set("listProposals", { proposals: [proposal], nextPageToken: "" });
  const listed = await bed.ntd("national", "proposals");
  expect(listed.out).toContain("assessor/ann");
  expect(listed.out).toContain("somebody who saw it says otherwise");

  bed.answers.set("confirmProposal", {
    proposal: { ...proposal, state: "PROPOSAL_STATE_CONFIRMED", contradicted: false },
  });
  expect((await bed.ntd("national", "confirm", proposalId)).out).toBe(`${proposalId} is confirmed\n`);

  const refused = {
    ...proposal,
    state: "PROPOSAL_STATE_REFUSED",
    refusedBy: "assessor/ben",
    refusedReason: "an advert",
  };
  bed.answers.set("refuseProposal", { proposal: refused });
  const { out } = await bed.ntd("national", "refuse", proposalId, "--reason", "an advert");
  expect(out).toBe(`${proposalId} is refused (by assessor/ben: an advert)\n`);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ proposalId, reason: "an advert" });
});
