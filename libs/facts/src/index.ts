export { isOfBytes } from "./algorithm.ts";
export { countriesIn, isBaseline, NO_COUNTRIES, wayOf, type CountryPolicy, type Way } from "./countries.ts";
export { decisionInForce, isByMachine, isWaiting, MACHINE, settledDecision, WITHDRAWS_NOTHING } from "./case.ts";
export { holdsInForce } from "./hold.ts";
export { isUnderLegalHold } from "./legal-hold.ts";
export { isListed, isNegative, isVictimReported, mayDecide } from "./set-role.ts";
export {
  goneSince,
  goneStrength,
  isAbsentFromTheFirst,
  isGone,
  isNothingToSee,
  isSingleVantage,
  isWatchOver,
} from "./target.ts";
export { isSamePerson, nameOf, PERSONS, personsFor, type Step } from "./two-persons.ts";
