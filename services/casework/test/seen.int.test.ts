import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { hasSeen } from "../src/impact/rpc-has-seen.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";

const value = Buffer.alloc(32, 7);
const fingerprints = [{ algorithm: "ALGORITHM_SHA256" as const, value, quality: 0 }];
const said = { classifications: [], basis: "section 4", reason: "", despiteGone: false, inDoubt: false } as const;

async function waiting(ntd: Handlers, targetId: string): Promise<string> {
  const event = targetEvent({ targetId });
  const { content } = event;
  await ntd.target(targetEvent({ targetId, content: content && { ...content, fingerprints } }));
  await ntd.match(matchEvent([], { targetId }), 1);
  return caseIdOf(targetId, 1);
}

async function decide(ntd: Handlers, caseId: string, who: string): Promise<void> {
  const decision = "VERDICT_ILLEGAL" as const;
  const request = { requestId: randomUUID(), caseId, expectedVersion: 1, decision, ...said, classifications: [] };
  await decideCase(ntd.deps)(request, calledBy(who));
}

test("a decision says who had seen the file that it is about, and whether somebody did can be asked", async () => {
  await using ntd = await openHandlers();
  const [one, other] = [await waiting(ntd, "one"), await waiting(ntd, "other")];
  const seenBy = async (person: string) => (await hasSeen(ntd.deps)({ person, sha256: value })).hasSeen;
  const toldOf = async (caseId: string) => (await ntd.deps.cases.load(caseId))?.state.decisions.at(-1);

  const claim = await claimCase(ntd.deps)({ requestId: randomUUID(), caseId: one }, calledBy("assessor/ann"));
  expect(claim.case?.url).not.toBe("");
  expect([await seenBy("assessor/ann"), await seenBy("assessor/ben")]).toEqual([true, false]);
  await decide(ntd, one, "assessor/ann");
  expect((await toldOf(one))?.seen).toEqual({ persons: ["assessor/ann"], fingerprints });

  // The same file at another address, by who has not opened it there: it was seen all the same.
  await claimCase(ntd.deps)({ requestId: randomUUID(), caseId: other }, calledBy("assessor/ann"));
  await decide(ntd, other, "assessor/ann");
  expect((await toldOf(other))?.seen?.persons).toEqual(["assessor/ann"]);

  const by = { $case: "caseId" as const, value: one };
  await getCase(ntd.deps)({ by, openAddress: true }, calledBy("assessor/ben"));
  expect(await seenBy("assessor/ben")).toBe(true);
});
