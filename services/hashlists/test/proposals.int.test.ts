import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { Case, Decision } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { ProposalServiceService, type Proposal } from "@ntd/proto/hashlists/v1/proposal_service";
import { connect } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startHashlists } from "./bed.ts";
import { fakePeers, type FakePeers } from "./fake-peers.ts";

let bed: TestBed;
let peers: FakePeers;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  peers = await fakePeers(bed);
  hashlists = await startHashlists(bed, systemClock, peers.settings);
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await peers[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function assessor<T>(
  name: string,
  ask: (proposals: ReturnType<typeof connect<typeof ProposalServiceService>>) => Promise<T>,
) {
  const identityDir = await bed.identity("assessor", name);
  await using proposals = connect(ProposalServiceService, { address: hashlists.address, identityDir });
  return await ask(proposals);
}

const requestId = () => randomUUID();
const file = (n: number): Fingerprint[] => [{ algorithm: "ALGORITHM_SHA256", value: Buffer.alloc(32, n), quality: 0 }];

/** A case whose newest decision was made by people who saw the file. */
function decided(caseId: string, n: number, persons: string[], change: Partial<Decision> = {}): Case {
  const none = new Uint8Array();
  const [decidedBy = ""] = persons;
  const seen = { persons, fingerprints: file(n) };
  const said = { decisionId: randomUUID(), verdict: "VERDICT_ILLEGAL" as const, decidedBy, seen };
  const decision = { ...Decision.decode(none), ...said, ...change };
  return { ...Case.decode(none), caseId, state: "CASE_STATE_DECIDED", decision };
}

const tell = (aCase: Case, version: number) => bed.publish(nouns.case, "decided", aCase.caseId, version, aCase);

async function proposalOf(caseId: string, states: Proposal["state"][]): Promise<Proposal> {
  return await eventually(`${caseId} proposes its file`, async () => {
    const { proposals } = await assessor("olga", (as) => as.listProposals({ pageSize: 100, pageToken: "" }));
    return proposals.find(({ caseIds, state }) => caseIds.includes(caseId) && states.includes(state));
  });
}

test("a file that one person saw and decided illegal is proposed, and confirmed by another one who saw it", async () => {
  const aCase = decided(randomUUID(), 1, ["assessor/ann"]);
  await tell(aCase, 2);
  const { proposalId, seenBy } = await proposalOf(aCase.caseId, ["PROPOSAL_STATE_PROPOSED"]);
  expect(seenBy).toEqual(["assessor/ann"]);

  const named = { requestId: requestId(), proposalId };
  await expect(assessor("ben", (as) => as.confirmProposal(named))).rejects.toMatchObject({
    reason: "NOT_ALLOWED",
    message: expect.stringContaining("not seen"),
  });
  peers.seers.push("assessor/ann", "assessor/ben");
  await expect(assessor("ann", (as) => as.confirmProposal(named))).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const confirmed = await assessor("ben", (as) => as.confirmProposal(named));
  expect(confirmed.proposal).toMatchObject({
    state: "PROPOSAL_STATE_CONFIRMED",
    seenBy: ["assessor/ann", "assessor/ben"],
  });
  // Asked again it is the same.
  expect(await assessor("ben", (as) => as.confirmProposal(named))).toEqual(confirmed);
});

test("what is told late, twice or in another order changes nothing", async () => {
  const caseId = randomUUID();
  const illegal = decided(caseId, 2, ["assessor/ann"]);
  await tell(decided(caseId, 3, ["assessor/ann"]), 5);
  await proposalOf(caseId, ["PROPOSAL_STATE_PROPOSED"]);
  // Other bytes were there before: their decision is no more.
  await tell(illegal, 4);
  await tell(decided(caseId, 3, ["assessor/ann", "assessor/cleo"]), 6);
  await proposalOf(caseId, ["PROPOSAL_STATE_CONFIRMED"]);
  const { proposals } = await assessor("olga", (as) => as.listProposals({ pageSize: 100, pageToken: "" }));
  expect(proposals.filter(({ caseIds }) => caseIds.includes(caseId))).toHaveLength(1);
});

test("it is withdrawn when the decision falls, and one assessor refuses it for good", async () => {
  const caseId = randomUUID();
  await tell(decided(caseId, 4, ["assessor/ann"]), 1);
  const { proposalId } = await proposalOf(caseId, ["PROPOSAL_STATE_PROPOSED"]);
  const back = { verdict: "VERDICT_NOT_ILLEGAL", withdrawsDecisionId: "d", confirmedBy: "assessor/dan" } as const;
  await tell(decided(caseId, 4, ["assessor/cleo"], { ...back, seen: undefined }), 2);
  const stateOf = async () => {
    const { proposals } = await assessor("olga", (as) => as.listProposals({ pageSize: 100, pageToken: "" }));
    return proposals.find((one) => one.proposalId === proposalId)?.state;
  };
  await eventually("it is withdrawn", async () => (await stateOf()) === "PROPOSAL_STATE_WITHDRAWN" || undefined);
  const no = { requestId: requestId(), proposalId, reason: "an advert" };
  await expect(assessor("ben", (as) => as.refuseProposal(no))).rejects.toMatchObject({ reason: "WRONG_STATE" });

  await tell(decided(caseId, 4, ["assessor/ann"]), 3);
  await proposalOf(caseId, ["PROPOSAL_STATE_PROPOSED"]);
  await expect(assessor("ben", (as) => as.refuseProposal({ ...no, reason: " " }))).rejects.toMatchObject({
    fields: [{ field: "reason" }],
  });
  const { proposal } = await assessor("ben", (as) => as.refuseProposal(no));
  expect(proposal).toMatchObject({ state: "PROPOSAL_STATE_REFUSED", refusedBy: "assessor/ben" });
  await tell(decided(caseId, 4, ["assessor/ann", "assessor/cleo"]), 4);
  await proposalOf(caseId, ["PROPOSAL_STATE_REFUSED"]);
});
