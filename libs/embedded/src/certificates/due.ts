/** From when until when something holds. */
export type Life = { from: Date; until: Date };

const DAY_MS = 24 * 60 * 60 * 1000;
export const AUTHORITY_DAYS = 365;
export const IDENTITY_DAYS = 90;
/** An authority that ends this soon signs no more, whoever has not met the next one yet. */
const LAST_DAYS = 7;

/** Whether it is time to renew: a third of the life is left, or less. */
export function isDue({ from, until }: Life, now: Date): boolean {
  return until.getTime() - now.getTime() <= (until.getTime() - from.getTime()) / 3;
}

export type Step = "nothing" | "prepare" | "change over" | "drop";

/**
 * What is to be done with the authorities that are trusted; the first one signs, one that ends later is to follow it. The
 * next one is trusted for as long as an identity lives before it signs: until then everybody has met it at a renewal.
 */
export function nextStep(authorities: readonly Life[], now: Date): Step {
  const [signing] = authorities;
  if (signing === undefined) return "nothing";
  const next = authorities.find((one) => one.until > signing.until);
  if (next === undefined && isDue(signing, now)) return "prepare";
  const isKnown = next !== undefined && daysAfter(next.from, IDENTITY_DAYS) <= now;
  if (next !== undefined && (isKnown || daysAfter(now, LAST_DAYS) >= signing.until)) return "change over";
  return authorities.slice(1).some((one) => one.until <= now) ? "drop" : "nothing";
}

/** An identity ends with the authority that signs it, if not before. */
export function identityLife(signing: Life, now: Date): Life {
  const until = daysAfter(now, IDENTITY_DAYS);
  return { from: now, until: until < signing.until ? until : signing.until };
}

export function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS);
}

/** Whole days until then; below 0 when it is past. */
export function daysUntil(then: Date, now: Date): number {
  return Math.floor((then.getTime() - now.getTime()) / DAY_MS);
}
