import { randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import type { Case } from "@ntd/proto/casework/v1/case";
import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { LegalHoldServiceService } from "@ntd/proto/casework/v1/legal_hold_service";
import { StayServiceService } from "@ntd/proto/casework/v1/stay_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { type IdentityName } from "@ntd/embedded";
import { eventually } from "@ntd/testing";
import { decide, queued } from "./assessor.ts";
import type { Stage } from "./stage.ts";
import { nextNumber, proposed, type StartWalk, type Walk } from "./walk.ts";

const assessors = { kind: "assessor", otherKind: "operator" } as const;
const reason = "another picture";

export async function tellRiskyIllegal(stage: Stage): ReturnType<StartWalk> {
  const { caseId } = await undecided(stage);
  return {
    ...assessors,
    word: ({ kind, name: by }) => decide(stage, caseId, "VERDICT_ILLEGAL", { kind, by, inDoubt: true }),
    isDone: async () => (await shown(stage, caseId)).decision !== undefined,
  };
}

export async function reopenCase(stage: Stage): ReturnType<StartWalk> {
  const { caseId } = await decidedIllegal(stage);
  return {
    ...assessors,
    word: (who) => reopen(stage, who, caseId),
    isDone: async () => (await shown(stage, caseId)).queueReason === "QUEUE_REASON_REOPENED",
  };
}

export async function withdrawDecision(stage: Stage): ReturnType<StartWalk> {
  const { caseId, decision } = await decidedIllegal(stage);
  const decisionId = decision?.decisionId ?? "";
  return {
    ...assessors,
    word: proposed(
      async (who) => {
        await reopen(stage, who, caseId);
        return decisionId;
      },
      (who) => confirmWithdrawal(stage, who, caseId, decisionId),
    ),
    isDone: () => isWithdrawn(stage, caseId, decisionId),
  };
}

/** The first word is a maintainer's, who takes back the entry by which a machine decided. */
export async function withdrawFallen(stage: Stage): ReturnType<StartWalk> {
  const n = nextNumber();
  const picture = await generatePicture(920 + n);
  await stage.list(`fallen-${n}`, [picture]);
  stage.host.put(`/walk-${n}.jpg`, picture);
  const report = await stage.report(stage.url("beta", `/walk-${n}.jpg`));
  const { caseId, hits, decision } = await eventually("decided by a machine", async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === "CASE_STATE_AUTO_DECIDED" && found;
  });
  const decisionId = decision?.decisionId ?? "";
  return {
    ...assessors,
    word: proposed(
      async ({ name }) => {
        const lists = await stage.client(HashListServiceService, "hashlists", "maintainer", name);
        const entryIds = hits.map(({ entryId }) => entryId);
        const what = { setId: `fallen-${n}`, entryIds, fingerprints: [], reason };
        await lists.revokeEntries({ requestId: randomUUID(), ...what, cause: "REVOCATION_CAUSE_WRONG_FILE" });
        await eventually("in doubt", async () => (await shown(stage, caseId)).doubt !== undefined);
        return decisionId;
      },
      (who) => confirmWithdrawal(stage, who, caseId, decisionId),
    ),
    isDone: () => isWithdrawn(stage, caseId, decisionId),
  };
}

/** All that somebody decided, at once. */
export async function withdrawInBulk(stage: Stage): ReturnType<StartWalk> {
  const by = `walker-${nextNumber()}`;
  const decided = [await decidedIllegal(stage, by), await decidedIllegal(stage, by)];
  const cause = { what: { $case: "person" as const, value: by } };
  const bulk = ({ kind, name }: IdentityName) => stage.client(WithdrawalServiceService, "casework", kind, name);
  return {
    ...assessors,
    word: proposed(
      async (who) => {
        await (await bulk(who)).reopenCases({ requestId: randomUUID(), cause, reason });
        return "";
      },
      async (who) => {
        const listed = await (await bulk({ kind: "assessor", name: "oona" })).listWithdrawals({ cause, ...onePage });
        const pictures = listed.pictures.map(({ picture }) => picture);
        return (await bulk(who)).confirmWithdrawals({ requestId: randomUUID(), cause, pictures, reason });
      },
    ),
    async isDone() {
      const ends = decided.map(({ caseId, decision }) => isWithdrawn(stage, caseId, decision?.decisionId ?? ""));
      return (await Promise.all(ends)).some(Boolean);
    },
  };
}

export async function stayDecision(stage: Stage): ReturnType<StartWalk> {
  const { caseId } = await decidedIllegal(stage);
  return { ...assessors, word: (who) => setStay(stage, who, caseId), isDone: () => isStayed(stage, caseId) };
}

export async function liftStay(stage: Stage): ReturnType<StartWalk> {
  const { caseId } = await decidedIllegal(stage);
  for (const name of ["oona", "olaf"]) await setStay(stage, { kind: "assessor", name }, caseId);
  const word: Walk["word"] = async ({ kind, name }) => {
    const stays = await stage.client(StayServiceService, "casework", kind, name);
    return stays.liftStay({ requestId: randomUUID(), caseId, reason });
  };
  return { ...assessors, word, isDone: async () => !(await isStayed(stage, caseId)) };
}

export async function setLegalHold(stage: Stage): ReturnType<StartWalk> {
  const { caseId } = await decidedIllegal(stage);
  return { ...assessors, word: (who) => keep(stage, who, caseId), isDone: () => isKept(stage, caseId) };
}

export async function liftLegalHold(stage: Stage): ReturnType<StartWalk> {
  const { caseId } = await decidedIllegal(stage);
  await keep(stage, { kind: "assessor", name: "oona" }, caseId);
  const word: Walk["word"] = async ({ kind, name }) => {
    const legalHolds = await stage.client(LegalHoldServiceService, "casework", kind, name);
    return legalHolds.liftLegalHold({ requestId: randomUUID(), caseId, reason });
  };
  return { kind: "assessor", otherKind: "police", word, isDone: async () => !(await isKept(stage, caseId)) };
}

async function keep(stage: Stage, { kind, name }: IdentityName, caseId: string): Promise<void> {
  const legalHolds = await stage.client(LegalHoldServiceService, "casework", kind, name);
  await legalHolds.setLegalHold({ requestId: randomUUID(), caseId, reason });
}

async function isKept(stage: Stage, caseId: string): Promise<boolean> {
  const { legalHold } = await shown(stage, caseId);
  return legalHold !== undefined && legalHold.liftedTime === undefined;
}

/** One that stops what somebody decides, of whose decisions too many were taken back. */
export async function liftBreaker(stage: Stage): ReturnType<StartWalk> {
  const by = `walker-${nextNumber()}`;
  const { caseId, decision } = await decidedIllegal(stage, by);
  await reopen(stage, { kind: "assessor", name: "oona" }, caseId);
  await confirmWithdrawal(stage, { kind: "assessor", name: "olaf" }, caseId, decision?.decisionId ?? "");
  const breakers = ({ kind, name }: IdentityName) => stage.client(BreakerServiceService, "casework", kind, name);
  const tripped = async () => {
    const { breakers: all } = await (await breakers(oz)).listBreakers(onePage);
    return all.find(({ name }) => name === by);
  };
  const { breakerId } = await eventually("the breaker trips", tripped);
  const word: Walk["word"] = async (who) =>
    (await breakers(who)).liftBreaker({ requestId: randomUUID(), breakerId, reason });
  return { ...assessors, word, isDone: async () => (await tripped()) === undefined };
}

const onePage = { pageSize: 100, pageToken: "" };
const oz: IdentityName = { kind: "operator", name: "oz" };
const cases = (stage: Stage, { kind, name }: IdentityName) => stage.client(CaseServiceService, "casework", kind, name);

/** A case of its own that waits for a person. */
export async function undecided(stage: Stage): Promise<Case> {
  const n = nextNumber();
  const path = `/walk-${n}.jpg`;
  stage.host.put(path, await generatePicture(920 + n));
  return queued(stage, await stage.report(stage.url("beta", path)), "QUEUE_REASON_NO_HIT");
}

/** A case of its own that an assessor decided "illegal", as others know it. */
async function decidedIllegal(stage: Stage, by = "chandra"): Promise<Case> {
  const { caseId } = await undecided(stage);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by });
  return eventually("decided", async () => {
    const found = await shown(stage, caseId);
    return found.state === "CASE_STATE_DECIDED" && found;
  });
}

async function shown(stage: Stage, caseId: string): Promise<Case> {
  const by = { $case: "caseId" as const, value: caseId };
  const { case: view } = await (await cases(stage, oz)).getCase({ by });
  if (view?.case === undefined) throw new Error("no case");
  return view.case;
}

async function reopen(stage: Stage, who: IdentityName, caseId: string): Promise<unknown> {
  const request = { requestId: randomUUID(), caseId, reason, claim: false, keepInForce: false };
  return (await cases(stage, who)).reopenCase(request);
}

async function confirmWithdrawal(stage: Stage, who: IdentityName, caseId: string, decisionId: string) {
  const { evidenceRevision: expectedVersion } = await shown(stage, caseId);
  const request = { requestId: randomUUID(), caseId, decisionId, expectedVersion, reason };
  return (await cases(stage, who)).confirmWithdrawal(request);
}

async function isWithdrawn(stage: Stage, caseId: string, decisionId: string): Promise<boolean> {
  const { decision: last } = await shown(stage, caseId);
  return last?.withdrawsDecisionId === decisionId && last.confirmedBy !== "";
}

async function setStay(stage: Stage, { kind, name }: IdentityName, caseId: string): Promise<unknown> {
  const stays = await stage.client(StayServiceService, "casework", kind, name);
  return stays.setStay({ requestId: randomUUID(), caseId, court: "High Court", reference: "1 of 2026", reason });
}

const isStayed = async (stage: Stage, caseId: string) => (await shown(stage, caseId)).doubt?.lasting === true;
