import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { holdCase } from "../src/holds/rpc-hold-case.ts";
import { listHolds } from "../src/holds/rpc-list-holds.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { noon } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const ids = () => ({ requestId: randomUUID(), caseId });
const all = { pageSize: 10, pageToken: "", waitsForSupervisor: false, caseId: "" };
const policeFirst = {
  rules: [{ when: "life_at_risk" as const, minutes: 120 }],
  homeCountry: "MY",
};

test("a supervisor who may look second does not learn from holds what was decided; who decided and police see all", async () => {
  const secondLook = { kind: "after", first: 0, samplePercent: 100 } as const;
  await using ntd = await openHandlers({ supervisors: ["sam", "sue"], secondLook, policeFirst });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await ntd.report({ ...reportEvent("r-1", noon), lifeAtRisk: true });
  const officer = { reason: "an inquiry", expireTime: undefined, lookEvery: undefined };
  await holdCase(ntd.deps)({ ...ids(), ...officer }, calledBy("police/pam"));
  await claimCase(ntd.deps)(ids(), calledBy("assessor/sam"));
  const said = { classifications: [], basis: "section 4", reason: "", despiteGone: false, inDoubt: false };
  const { evidenceRevision = 0 } = (await ntd.caseOf(1)) ?? {};
  const illegal = { ...ids(), expectedVersion: evidenceRevision, decision: "VERDICT_ILLEGAL" as const, ...said };
  await decideCase(ntd.deps)(illegal, calledBy("assessor/sam"));
  const seen = async (who: string, page: object) =>
    (await listHolds(ntd.deps)({ ...all, ...page }, calledBy(who))).holds.map(
      ({ hold, caseState }) => `${hold?.cause} ${caseState}`,
    );
  for (const page of [{}, { caseId }]) {
    expect(await seen("assessor/sue", page)).toEqual(["HOLD_CAUSE_OFFICER CASE_STATE_QUEUED"]);
    for (const who of ["assessor/sam", "police/pam"]) {
      expect(await seen(who, page)).toEqual([
        "HOLD_CAUSE_OFFICER CASE_STATE_DECIDED",
        "HOLD_CAUSE_POLICE_FIRST CASE_STATE_DECIDED",
      ]);
    }
  }
});
