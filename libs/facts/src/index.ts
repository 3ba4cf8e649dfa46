export { decisionInForce, isWaiting, settledDecision } from "./case.ts";
export { goneSince, goneStrength, isGone, isSingleVantage, isWatchOver } from "./target.ts";
