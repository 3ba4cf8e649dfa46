import { randomUUID } from "node:crypto";
import { HoldServiceService, type HoldView } from "@ntd/proto/casework/v1/hold_service";
import type { IdentityName } from "@ntd/testing";
import { undecided } from "./decision-walks.ts";
import type { Stage } from "./stage.ts";
import type { StartWalk, Walk } from "./walk.ts";

const police = { kind: "police", otherKind: "assessor" } as const;
const reason = "an inquiry is under way";
const DAY_MS = 24 * 3_600_000;
const oona: IdentityName = { kind: "police", name: "oona" };

export async function holdCase(stage: Stage): ReturnType<StartWalk> {
  const { caseId } = await undecided(stage);
  return {
    ...police,
    word: (who) => hold(stage, who, caseId),
    isDone: async () => (await holdsOf(stage, caseId)).length > 0,
  };
}

export async function renewHold(stage: Stage): ReturnType<StartWalk> {
  return renewal(stage, 2);
}

/** Beyond seven days in all: a minute has passed since it was set. */
export async function renewHoldLong(stage: Stage): ReturnType<StartWalk> {
  return renewal(stage, 7);
}

async function renewal(stage: Stage, days: number): Promise<Walk> {
  const { caseId } = await undecided(stage);
  await hold(stage, oona, caseId);
  const [before] = await holdsOf(stage, caseId);
  const holdId = before?.hold?.holdId ?? "";
  stage.clock.advance(60_000);
  const word: Walk["word"] = async ({ kind, name }) => {
    const expireTime = new Date(stage.clock.now().getTime() + days * DAY_MS);
    const holds = await stage.client(HoldServiceService, "casework", kind, name);
    return holds.renewHold({ requestId: randomUUID(), caseId, holdId, expireTime, reason });
  };
  const isDone = async () => (await holdsOf(stage, caseId)).some(({ renewals }) => renewals.length > 0);
  return { ...police, word, isDone };
}

async function hold(stage: Stage, { kind, name }: IdentityName, caseId: string): Promise<unknown> {
  const holds = await stage.client(HoldServiceService, "casework", kind, name);
  return holds.holdCase({ requestId: randomUUID(), caseId, reason, expireTime: undefined, lookEvery: undefined });
}

async function holdsOf(stage: Stage, caseId: string): Promise<HoldView[]> {
  const holds = await stage.client(HoldServiceService, "casework", "police", "oona");
  return (await holds.listHolds({ pageSize: 10, pageToken: "", waitsForSupervisor: false, caseId })).holds;
}
