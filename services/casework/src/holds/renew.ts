import { isSamePerson, PERSONS } from "@ntd/facts";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { CaseFile } from "../cases/case.ts";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { effectOf } from "../second-person.ts";
import { FIRST_MS, isInForce, isWithin, withChanged, type CaseHold, type ProposedRenewal } from "./hold.ts";

/** How long one officer's word waits for another's. */
const OPEN_MS = 24 * 3_600_000;
/** Renewals that are kept. */
const KEPT = 20;

/**
 * An officer's word that a hold lasts longer: another's than who asked for it or renewed it last. Beyond seven days in all,
 * and of what a mark made, it takes two such, and lasts until the earlier of their times.
 *
 * @param until a day from now if undefined.
 */
export function renewed(
  file: CaseFile,
  holdId: string,
  { by, until, reason, now }: { by: string; until: Date | undefined; reason?: Sealed; now: Date },
): CaseFile | Refusal {
  const hold = file.holds?.all.find((one) => one.holdId === holdId);
  if (hold === undefined) return wrongState("It has no such hold, or it is long over. List its holds.");
  if (!isInForce(hold)) return wrongState("This hold is released already. Hold the case again.");
  if (hold.cause === "HOLD_CAUSE_POLICE_FIRST")
    return wrongState("A rule's hold ends by itself. Hold the case instead.");
  const last = hold.renewals?.at(-1)?.by ?? [];
  if ([hold.by, ...last].some((one) => isSamePerson(one, by))) return SAME_PERSON;
  const wished = until ?? new Date(now.getTime() + FIRST_MS);
  const open = isOpen(hold, now) ? hold.proposed : undefined;
  const expireTime = open !== undefined && (until === undefined || open.expireTime < until) ? open.expireTime : wished;
  if (expireTime <= hold.expireTime || expireTime <= now) return ENDS_LATER;
  const step = stepOf(hold, expireTime);
  const effect = effectOf(step, hold.proposed, by, now, OPEN_MS);
  if (effect === "same person") return samePerson("This takes two other officers, and you are the first of them.");
  const word = { by, time: now, expireTime, ...(reason && { reason }) };
  if (effect === "waits") return withChanged(file, holdId, (one) => ({ ...one, proposed: word }));
  const words = PERSONS[step] === 1 || open === undefined ? [word] : [open, word];
  return withChanged(file, holdId, (one) => withRenewal(one, words, word));
}

function stepOf(hold: CaseHold, expireTime: Date) {
  const isShort = hold.cause !== "HOLD_CAUSE_MARK" && isWithin(hold, expireTime);
  return isShort ? "renew_hold" : "renew_hold_long";
}

function isOpen({ proposed }: CaseHold, now: Date): boolean {
  return proposed !== undefined && now.getTime() < proposed.time.getTime() + OPEN_MS;
}

function withRenewal(hold: CaseHold, words: ProposedRenewal[], { time, expireTime }: ProposedRenewal): CaseHold {
  const { proposed: _, waitsForSupervisor: __, ...rest } = hold;
  const reasons = words.flatMap(({ reason }) => reason ?? []);
  const renewal = { by: words.map(({ by }) => by), time, expireTime, ...(reasons.length > 0 && { reasons }) };
  return { ...rest, expireTime, renewals: [...(hold.renewals ?? []), renewal].slice(-KEPT) };
}

const SAME_PERSON = samePerson("It takes another officer than who asked for this hold, or renewed it last.");
const ENDS_LATER = wrongState("It does not end before that. Name a later expire_time.");
