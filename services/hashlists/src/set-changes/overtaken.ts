import type { HashSetState } from "../sets/hash-set.ts";
import type { SetChangeState } from "./set-change.ts";

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
