import type { AnsweredRequest } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";

/** That a service's store was brought back from a backup. Until two persons have said so it keeps still. */
export interface Restored {
  schemaVersion: 1;
  backupTime: Date;
  restoredTime: Date;
  /** SHA-256 of the difference that was printed, in hex. */
  difference: string;
  /** "{kind}/{name}". */
  liftedBy: readonly string[];
  liftedTime?: Date;
  requests: readonly AnsweredRequest<object>[];
}

/** How many persons must have read what differs. */
const PERSONS = 2;

/** Whether a service is to keep still. */
export function stands(restored: Restored | undefined): boolean {
  return restored !== undefined && restored.liftedTime === undefined;
}

/**
 * One person more has read the difference.
 *
 * @throws Problem NOT_FOUND where nothing was restored, WRONG_STATE where it was lifted already, SAME_PERSON, FIELD_INVALID for
 * another difference than the one that was printed.
 */
export function lift(restored: Restored | undefined, by: string, difference: string, now: Date): Restored {
  if (restored === undefined) throw new Problem("NOT_FOUND", "Nothing was restored here.");
  if (restored.difference !== difference) {
    const description = `${shown(difference)} is another difference than the one of this restore; read it anew: ntd restore show`;
    throw Problem.fields({ field: "difference", description });
  }
  if (restored.liftedTime !== undefined) throw new Problem("WRONG_STATE", "This restore was lifted already.");
  if (restored.liftedBy.includes(by)) {
    throw new Problem("SAME_PERSON", "This takes a second person: who has read the difference cannot be both.");
  }
  const liftedBy = [...restored.liftedBy, by];
  return { ...restored, liftedBy, ...(liftedBy.length >= PERSONS && { liftedTime: now }) };
}
