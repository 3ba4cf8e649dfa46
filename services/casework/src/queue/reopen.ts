import type { CaseFile, Reopening } from "../cases/case.ts";
import type { Refusal } from "./claim.ts";

/** Each is kept with its reason. Who works by hand does not come near it. */
const MOST = 20;

/**
 * A decided case back in the queue. Its decision stays, in force until another one is made. One that waits already is
 * refused: it may wait since its decision has fallen, and would bring that back.
 */
export function reopened(file: CaseFile, doubt: Omit<Reopening, "decisionId">): CaseFile | Refusal {
  const { progress, decisions, reopenings = [] } = file;
  const decision = decisions.at(-1);
  if (progress.kind === "held") {
    return { refused: "WRONG_STATE", detail: "It is decided, and that is held back for a moment. Undo it instead." };
  }
  if (decision === undefined || (progress.kind !== "decided" && progress.kind !== "auto_decided")) {
    return { refused: "WRONG_STATE", detail: "It is not decided, or waits for a person again. Claim it." };
  }
  if (reopenings.length >= MOST) return { refused: "WRONG_STATE", detail: `It was reopened ${MOST} times.` };
  const { reopenedTime: queuedTime } = doubt;
  return {
    ...file,
    progress: { kind: "queued", reason: "QUEUE_REASON_REOPENED", queuedTime },
    reopenings: [...reopenings, { ...doubt, decisionId: decision.decisionId }],
  };
}
