import type { IdentityName } from "@ntd/embedded";
import type { Stage } from "./stage.ts";

/** One step of the table of two persons, to be gone by persons of the test's choice. */
export interface Walk {
  /** Of those who may take it. */
  kind: IdentityName["kind"];
  /** Another one, under which somebody may have the same name. */
  otherKind: IdentityName["kind"];
  /** Somebody's word: the first proposes it, each other one confirms. */
  word: (who: IdentityName) => Promise<unknown>;
  isDone: () => Promise<boolean>;
}

/** Makes ready what a step is about, each time another. */
export type StartWalk = (stage: Stage) => Promise<Walk>;

/** Words of which the first answers with the id that the others name. */
export function proposed(
  propose: (who: IdentityName) => Promise<string>,
  confirm: (who: IdentityName, id: string) => Promise<unknown>,
): Walk["word"] {
  let id: string | undefined;
  return async (who) => (id === undefined ? void (id = await propose(who)) : confirm(who, id));
}

let last = 0;

/** Of this walk alone. */
export function nextNumber(): number {
  return ++last;
}
