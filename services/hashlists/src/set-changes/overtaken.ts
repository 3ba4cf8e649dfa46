import type { HashSetState } from "../sets/hash-set.ts";
import type { SetChangeState, Wanted } from "./set-change.ts";

/** Whether only the set's members are to be others: also of one that is retired somebody takes back what it decided. */
export function isOfMembersAlone({ members, policy, terms, recipients }: Wanted): boolean {
  return members !== undefined && policy === undefined && terms === undefined && recipients === undefined;
}

/** The set with those of its proposals overtaken that wait and would take back unseen what came into force. */
export function withOvertaken(
  set: HashSetState,
  isOvertaken: (change: SetChangeState) => boolean,
  now: Date,
): HashSetState {
  if (set.changes === undefined) return set;
  const stage = { name: "overtaken", time: now } as const;
  const changes = set.changes.map((one) =>
    one.stage.name === "pending" && isOvertaken(one) ? { ...one, stage } : one,
  );
  return { ...set, changes };
}
