import { randomUUID } from "node:crypto";
import { HoldServiceService, type HoldCaseResponse, type HoldView } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService, type SetMarkRequest, type SetMarkResponse } from "@ntd/proto/casework/v1/mark_service";
import { ReferralServiceService, type ReferralView } from "@ntd/proto/casework/v1/referral_service";
import { eventually } from "@ntd/testing";
import type { Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;
const LEAST = { pageSize: 100, pageToken: "" };

/** An officer marks what is investigated. */
export async function mark(stage: Stage, by: string, what: SetMarkRequest["what"]): Promise<SetMarkResponse> {
  const officer = await stage.client(MarkServiceService, "casework", "police", by);
  return officer.setMark({ requestId: randomUUID(), what, reason: "operation north", expireTime: undefined });
}

/** An officer asks for time: `hours` from now. */
export async function hold(stage: Stage, by: string, caseId: string, hours = 24): Promise<HoldCaseResponse> {
  const officer = await stage.client(HoldServiceService, "casework", "police", by);
  const expireTime = new Date(stage.clock.now().getTime() + hours * HOUR_MS);
  const words = { reason: "a search is under way", expireTime, lookEvery: undefined };
  return officer.holdCase({ requestId: randomUUID(), caseId, ...words });
}

/** Whether it waits for another officer's word. */
export async function renew(stage: Stage, by: string, held: HoldView, hours = 24): Promise<boolean> {
  const officer = await stage.client(HoldServiceService, "casework", "police", by);
  const expireTime = new Date(stage.clock.now().getTime() + hours * HOUR_MS);
  const { caseId } = held;
  const which = { caseId, holdId: held.hold?.holdId ?? "" };
  const answer = await officer.renewHold({ requestId: randomUUID(), ...which, expireTime, reason: "still under way" });
  return answer.waitsForSecondPerson;
}

export async function release(
  stage: Stage,
  { kind, name }: { kind: "police" | "assessor"; name: string },
  held: HoldView,
): Promise<void> {
  const client = await stage.client(HoldServiceService, "casework", kind, name);
  const which = { caseId: held.caseId, holdId: held.hold?.holdId ?? "" };
  await client.releaseHold({ requestId: randomUUID(), ...which, reason: "it is over" });
}

/** The newest hold of a case, ended or not, once it is as it should be. */
export function held(stage: Stage, caseId: string, is: (held: HoldView) => boolean = () => true): Promise<HoldView> {
  return eventually("a hold of the case", async () => {
    const officer = await stage.client(HoldServiceService, "casework", "police", "pam");
    const { holds } = await officer.listHolds({ ...LEAST, waitsForSupervisor: false, caseId });
    const newest = holds.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
    return newest !== undefined && is(newest) && newest;
  });
}

/** What police are told of a case, once they are. */
export function referral(stage: Stage, caseId: string): Promise<ReferralView> {
  return eventually("a referral", async () => {
    const officer = await stage.client(ReferralServiceService, "casework", "police", "pam");
    const { referrals } = await officer.listReferrals({ ...LEAST, withAcknowledged: true });
    return referrals.find((one) => one.caseId === caseId);
  });
}

/** Moves the clock to the next time that a week has this day (0: Sunday) and hour, in UTC. */
export function moveTo(stage: Stage, day: number, hour: number): void {
  const now = stage.clock.now();
  const then = new Date(now);
  then.setUTCHours(hour, 0, 0, 0);
  while (then <= now || then.getUTCDay() !== day) then.setUTCDate(then.getUTCDate() + 1);
  stage.clock.advance(then.getTime() - now.getTime());
}

function timeOf({ hold: lease }: HoldView): number {
  return lease?.sinceTime?.getTime() ?? 0;
}
