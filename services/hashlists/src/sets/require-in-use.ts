import { Problem } from "@ntd/service";
import type { HashSetState } from "./hash-set.ts";

/** @throws Problem WRONG_STATE when nothing of the set will be in force any more. */
export function requireInUse({ setId, retired }: Pick<HashSetState, "setId" | "retired">): void {
  if (retired === undefined) return;
  throw new Problem("WRONG_STATE", `The set ${setId} is retired, and nothing of it comes into force; use another one.`);
}
