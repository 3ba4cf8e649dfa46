import { isByMachine } from "@ntd/facts";
import type { Decision, QueueReason } from "@ntd/proto/casework/v1/case";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { judge } from "./policy.ts";

/**
 * The store's name of what follows. A change of `policy.ts` takes the next number: the store then works out anew, in the
 * background, which old cases are decided otherwise.
 */
export const DIFFERS = "policyDiffers2";

/** An automatic decision in force that would not be made today, and why its case would wait instead. */
export interface Difference {
  decision: Decision;
  wouldWait: QueueReason;
}

/** By what is hit now: that its list dropped it counts like another policy. What is in doubt has a person's eye already. */
export function differenceOf(file: CaseFile): Difference | undefined {
  const decision = toldDecisions(file).at(-1);
  if (decision?.verdict !== "VERDICT_ILLEGAL" || !isByMachine(decision) || file.doubt !== undefined) return undefined;
  const target = { state: "TARGET_STATE_PRESENT", saw: "picture", absentFromTheFirst: false } as const;
  const today = judge({ target, match: file.match ?? { hits: [], tooLittleDetail: false } });
  return today.kind === "queue" ? { decision, wouldWait: today.reason } : undefined;
}

/** Orders the differences by when it was decided. */
export function differenceOrder(file: CaseFile): string | undefined {
  const difference = differenceOf(file);
  return difference && (difference.decision.decidedTime ?? file.openedTime).toISOString();
}
