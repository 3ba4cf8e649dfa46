import type { Decision } from "@ntd/proto/casework/v1/case";
import { derivedId, fieldsIn, itemsIn, type DataReader, type Fault } from "@ntd/service";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { isKnown } from "../policies/known.ts";
import { isLifeAtRisk } from "../cases/life-at-risk.ts";
import { heldByRule } from "./hold.ts";

/** How long a notice waits for police, by what is known of the case. */
export interface PoliceFirstRule {
  when: When;
  minutes: number;
}

export interface PoliceFirst {
  rules: readonly PoliceFirstRule[];
  /** ISO 3166-1 alpha-2; "": nothing counts as hosted here. */
  homeCountry: string;
}

const WHENS = ["life_at_risk", "known", "unknown_hosted_here", "unknown"] as const;
type When = (typeof WHENS)[number];
const MOST_MINUTES = 24 * 60;

/**
 * The case held where the change tells "illegal", by the first rule that holds. Once in a case: police have heard of it
 * then. What withdraws an "illegal" waits for nobody.
 */
export function withPoliceFirst(
  before: CaseFile | undefined,
  after: CaseFile,
  { rules, homeCountry }: PoliceFirst,
  now: Date,
): CaseFile {
  if (newlyTold(before, after)?.verdict !== "VERDICT_ILLEGAL") return after;
  const rule = rules.find(({ when }) => holds(when, after, homeCountry));
  if (rule === undefined) return after;
  const hold = { holdId: derivedId("hold", after.caseId, "police first"), by: rule.when };
  return heldByRule(after, hold, rule.minutes * 60_000, now);
}

/** The decision that others hear of with this change, and not before. */
export function newlyTold(before: CaseFile | undefined, after: CaseFile): Decision | undefined {
  const decision = toldDecisions(after).at(-1);
  const known = before === undefined ? [] : toldDecisions(before);
  return known.some(({ decisionId }) => decisionId === decision?.decisionId) ? undefined : decision;
}

/** Reads `police-first.yaml`. */
export const readPoliceFirst: DataReader<PoliceFirstRule[]> = (data, fault) => {
  const rules = fieldsIn(data, "", fault, ["rules"]).get("rules");
  return itemsIn(rules, "rules", fault).flatMap((rule, at) => readRule(rule, `rules[${at}]`, fault));
};

function readRule(data: unknown, at: string, fault: Fault): PoliceFirstRule[] {
  const { when, minutes } = Object.fromEntries(fieldsIn(data, at, fault, ["when", "minutes"]));
  const known = WHENS.find((one) => one === when);
  if (known === undefined) fault(`${at}.when`, `is none of ${WHENS.join(", ")}`);
  const isTime = typeof minutes === "number" && Number.isInteger(minutes) && minutes >= 0 && minutes <= MOST_MINUTES;
  if (!isTime) fault(`${at}.minutes`, `is no whole number from 0 to ${MOST_MINUTES}`);
  return known !== undefined && isTime ? [{ when: known, minutes }] : [];
}

function holds(when: When, file: CaseFile, homeCountry: string): boolean {
  switch (when) {
    case "life_at_risk":
      // What a list has is no secret to whoever shares it: anybody's word alone lets it stay up no longer.
      return isLifeAtRisk(file, isKnown(file) ? "trusted" : undefined);
    case "known":
      return isKnown(file);
    case "unknown_hosted_here":
      return !isKnown(file) && homeCountry !== "" && file.target?.hostingCountry === homeCountry;
    case "unknown":
      return !isKnown(file);
    default:
      return when satisfies never;
  }
}
