import { Problem } from "../problem/problem.ts";
import type { SealingKey } from "./sealing-keys.ts";

/** Why a key outlives its period: what it sealed is evidence in a case of police or a court. */
export interface LegalHold {
  /** Of whoever asks for it: one hold has one, over all keys that it keeps. */
  reference: string;
  reason: string;
  /** Who set it. */
  by: string;
  /** ISO 8601. It ends by itself then. */
  until: string;
}

/** The ids of the keys that a legal hold keeps now. */
export function heldIds(keys: readonly Pick<SealingKey, "id" | "holds">[], now: Date): Set<string> {
  return new Set(keys.filter(({ holds = [] }) => holds.some(({ until }) => new Date(until) > now)).map(({ id }) => id));
}

/**
 * `keys` with a hold on those of the ids. One of the same reference is replaced, to make it longer or wider; shorter it
 * would be lifted by one person.
 *
 * @throws Problem NOT_FOUND naming the ids that are no key's: what they sealed is erased already. FIELD_INVALID for an end
 * that is past, or before that of what it replaces.
 */
export function withHold(
  keys: readonly SealingKey[],
  ids: readonly string[],
  hold: LegalHold,
  now: Date,
): SealingKey[] {
  const missing = ids.filter((id) => !keys.some((key) => key.id === id));
  if (missing.length > 0 || ids.length === 0) {
    throw new Problem("NOT_FOUND", `There is no key ${missing.join(", ") || "named"}; \`ntd keys list\` shows them.`);
  }
  const until = new Date(hold.until);
  if (until <= now) throw Problem.fields({ field: "until", description: "is past; name when it is to end" });
  const replaced = keys.flatMap(({ id, holds = [] }) => (ids.includes(id) ? holds : []));
  const longest = replaced.find((one) => one.reference === hold.reference && new Date(one.until) > until);
  if (longest !== undefined) {
    const description = `is before ${longest.until}, to which it is held under this reference; another person lifts it first`;
    throw Problem.fields({ field: "until", description });
  }
  return keys.map((key) => (ids.includes(key.id) ? { ...key, holds: [...others(key, hold.reference), hold] } : key));
}

/**
 * `keys` without the holds of a reference. It takes another person than who set them.
 *
 * @throws Problem NOT_FOUND when there is none, SAME_PERSON when it is the same person.
 */
export function withoutHold(keys: readonly SealingKey[], reference: string, by: string): SealingKey[] {
  const holds = keys.flatMap((key) => key.holds ?? []).filter((hold) => hold.reference === reference);
  if (holds.length === 0) throw new Problem("NOT_FOUND", "There is no legal hold of that reference.");
  if (holds.some((hold) => hold.by === by)) {
    throw new Problem("SAME_PERSON", "Who set a legal hold cannot lift it; another person does.");
  }
  return keys.map((each) => {
    const left = others(each, reference);
    const { id, key } = each;
    return left.length === 0 ? { id, key } : { id, key, holds: left };
  });
}

function others({ holds = [] }: SealingKey, reference: string): LegalHold[] {
  return holds.filter((hold) => hold.reference !== reference);
}
