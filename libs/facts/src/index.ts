export { decisionInForce, isByMachine, isWaiting, MACHINE, settledDecision } from "./case.ts";
export {
  goneSince,
  goneStrength,
  isAbsentFromTheFirst,
  isGone,
  isNothingToSee,
  isSingleVantage,
  isWatchOver,
} from "./target.ts";
