import type { HoldCaseRequest } from "@ntd/proto/casework/v1/hold_service";
import { Problem, type FieldFault } from "@ntd/service";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MOST_DAYS = 7;

/** @throws Problem FIELD_INVALID when it is empty. */
export function requireHoldId(holdId: string): void {
  if (holdId === "") throw Problem.fields({ field: "hold_id", description: "is empty; name a hold of the case" });
}

/** @throws Problem FIELD_INVALID for a time beyond all calendars, which no request can be kept with. */
export function requireTime(expireTime: Date | undefined): void {
  if (expireTime === undefined || !Number.isNaN(expireTime.getTime())) return;
  throw Problem.fields({ field: "expire_time", description: "is no time; say until when, in UTC" });
}

/** @throws Problem FIELD_INVALID when it is not after now, or more than seven days from now. */
export function requireExpireTime(expireTime: Date | undefined, now: Date): void {
  const faults: FieldFault[] = [];
  const ms = (expireTime ?? new Date(now.getTime() + DAY_MS)).getTime() - now.getTime();
  if (ms <= 0) faults.push({ field: "expire_time", description: "is over; say until when, in UTC" });
  if (ms > MOST_DAYS * DAY_MS) {
    faults.push({ field: "expire_time", description: `is more than ${MOST_DAYS} days from now; renew it later` });
  }
  if (faults.length > 0) throw Problem.fields(...faults);
}

/** How often it is looked at; undefined: not at all. @throws Problem FIELD_INVALID unless it is 1 minute to 1 day. */
export function lookEveryMsOf(lookEvery: HoldCaseRequest["lookEvery"]): number | undefined {
  if (lookEvery === undefined) return undefined;
  const ms = Number(lookEvery.seconds) * 1000 + Math.floor(lookEvery.nanos / 1_000_000);
  if (ms >= MINUTE_MS && ms <= DAY_MS) return ms;
  throw Problem.fields({ field: "look_every", description: "is not from 1 minute to 1 day; leave it out: no looks" });
}
