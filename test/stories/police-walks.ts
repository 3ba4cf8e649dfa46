import { randomUUID } from "node:crypto";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { HoldServiceService, type HoldView } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService, type SetMarkRequest } from "@ntd/proto/casework/v1/mark_service";
import type { IdentityName } from "@ntd/embedded";
import { undecided } from "./decision-walks.ts";
import type { Stage } from "./stage.ts";
import { nextNumber, type StartWalk, type Walk } from "./walk.ts";

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
  return renewal(stage, await held(stage), 2);
}

/** Beyond seven days in all: a minute has passed since it was set. */
export async function renewHoldLong(stage: Stage): ReturnType<StartWalk> {
  return renewal(stage, await held(stage), 7);
}

/** Of what a mark made, always. */
export async function renewMarkedHold(stage: Stage): ReturnType<StartWalk> {
  const { caseId, url } = await shownCase(stage);
  await setMark(stage, oona, { $case: "address", value: url });
  return renewal(stage, caseId, 2);
}

/** From a mark to its being in force. */
export function mark(what: (n: number) => SetMarkRequest["what"]): StartWalk {
  return async (stage) => {
    const marked = what(nextNumber());
    const marks = await stage.client(MarkServiceService, "casework", "police", "oona");
    const ids = new Set<string>();
    const word: Walk["word"] = async (who) => ids.add((await setMark(stage, who, marked)).mark?.markId ?? "");
    const isDone = async () => {
      const { marks: all } = await marks.listMarks({ pageSize: 100, pageToken: "", withEnded: false });
      const one = all.find(({ markId }) => ids.has(markId));
      const isOfTwo = marked?.$case === "host" || marked?.$case === "prefix";
      return one !== undefined && (!isOfTwo || one.confirmedBy !== "");
    };
    return { ...police, word, isDone };
  };
}

async function setMark(stage: Stage, { kind, name }: IdentityName, what: SetMarkRequest["what"]) {
  const marks = await stage.client(MarkServiceService, "casework", kind, name);
  return marks.setMark({ requestId: randomUUID(), what, reason, expireTime: undefined });
}

async function renewal(stage: Stage, caseId: string, days: number): Promise<Walk> {
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

async function held(stage: Stage): Promise<string> {
  const { caseId } = await undecided(stage);
  await hold(stage, oona, caseId);
  return caseId;
}

async function shownCase(stage: Stage): Promise<{ caseId: string; url: string }> {
  const { caseId } = await undecided(stage);
  const cases = await stage.client(CaseServiceService, "casework", "assessor", "oona");
  const { case: view } = await cases.getCase({ by: { $case: "caseId", value: caseId }, openAddress: true });
  return { caseId, url: view?.url ?? "" };
}

async function hold(stage: Stage, { kind, name }: IdentityName, caseId: string): Promise<unknown> {
  const holds = await stage.client(HoldServiceService, "casework", kind, name);
  return holds.holdCase({ requestId: randomUUID(), caseId, reason, expireTime: undefined, lookEvery: undefined });
}

async function holdsOf(stage: Stage, caseId: string): Promise<HoldView[]> {
  const holds = await stage.client(HoldServiceService, "casework", "police", "oona");
  return (await holds.listHolds({ pageSize: 10, pageToken: "", waitsForSupervisor: false, caseId })).holds;
}
