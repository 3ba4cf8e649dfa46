export { decisionInForce, isWaiting, settledDecision } from "./case.ts";
export { goneSince, isGone, isWatchOver } from "./target.ts";
