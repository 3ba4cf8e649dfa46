import { decisionInForce } from "@ntd/facts";
import { queued, toldDecisions, type CaseFile, type Reopening } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import { hasWord, inDoubt, toldIllegal } from "../doubts/doubt.ts";
import { wrongState, type Refusal } from "../refusal.ts";

/** Each is kept with its reason. Who works by hand does not come near it. */
const MOST = 20;

/**
 * A decided case back in the queue. Its "illegal" is in doubt by that person's word, unless it is kept in force: only its
 * classification is in question then. One that waits already is refused, unless that puts an "illegal" in doubt that was
 * in force meanwhile.
 */
export function reopened(
  file: CaseFile,
  reopening: Omit<Reopening, "decisionId">,
  { keepInForce = false } = {},
): CaseFile | Refusal {
  const { progress, reopenings = [] } = file;
  const decision = toldDecisions(file).at(-1);
  if (progress.kind === "held") {
    return wrongState("It is decided, and that is held back for a moment. Undo it instead.");
  }
  const doubts = !keepInForce && toldIllegal(file) !== undefined;
  const isDecided = progress.kind === "decided" || progress.kind === "auto_decided";
  const isOpenToDoubt = doubts && decisionInForce(published(file)) !== undefined;
  if (decision === undefined || (!isDecided && !isOpenToDoubt)) {
    const confirmable = hasWord(file) ? "Confirm its withdrawal, or claim" : "Claim";
    const doubted = `It is in doubt already. ${confirmable} it and decide.`;
    const detail = file.doubt === undefined ? "It is not decided, or waits for a person again. Claim it." : doubted;
    return wrongState(detail);
  }
  if (reopenings.length >= MOST) return wrongState(`It was reopened ${MOST} times.`);
  const { reopenedBy, reopenedTime: now } = reopening;
  const kept = { ...file, reopenings: [...reopenings, { ...reopening, decisionId: decision.decisionId }] };
  if (doubts) return inDoubt(kept, { cause: "DOUBT_CAUSE_REOPENED", by: [reopenedBy], now });
  return queued(kept, "QUEUE_REASON_REOPENED", now);
}
