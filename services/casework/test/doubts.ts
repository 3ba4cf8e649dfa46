import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision, DoubtCause } from "@ntd/proto/casework/v1/case";
import type { RevokedHit } from "@ntd/proto/matching/v1/match";
import { withMatch, type CaseFile } from "../src/cases/case.ts";
import { groundsOf } from "../src/policies/grounds.ts";
import { judged } from "../src/policies/judged.ts";
import { claimed, decided } from "../src/claims/claim.ts";
import type { Refusal } from "../src/refusal.ts";
import { heldBack } from "../src/queue/hold-back.ts";
import { file, hit, later, match, noon, target } from "./facts.ts";

/** Doubts, and the steps that lead to them, for the tests of this service. */
export const made = (verdict: Decision["verdict"], decidedBy: string, decisionId: string): Decision => ({
  decisionId,
  verdict,
  decidedBy,
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
});

/** Decided illegal by a machine, and told: D1. */
export const byMachine = file({
  progress: { kind: "auto_decided" },
  decisions: [made("VERDICT_ILLEGAL", MACHINE, "D1")],
  match: match([hit()]),
  target: target(),
  grounds: groundsOf([hit()]),
});

export const cause = (name: string) => `DOUBT_CAUSE_${name}` as DoubtCause;
export const word = (name: string, by: string, seconds = 9) => ({ cause: cause(name), by: [by], now: later(seconds) });

/** What a step led to; it was not refused. */
export function granted(outcome: CaseFile | Refusal): CaseFile {
  if ("refused" in outcome) throw new Error(`${outcome.refused}: ${outcome.detail}`);
  return outcome;
}

/** A person claims it and decides: the next D. */
export function decide(
  start: CaseFile,
  verdict: string,
  person: string,
  at = later(20),
  { holdBackMs = 0, decisionId = `D${start.decisions.length + 1}` } = {},
): CaseFile {
  const mine = granted(claimed(start, person, at, 1_800_000));
  const decision = made(`VERDICT_${verdict}` as Decision["verdict"], person, decisionId);
  return heldBack(mine, granted(decided(mine, person, mine.evidenceRevision, decision, at)), at, holdBackMs);
}

/** The hit that decided was taken back. */
export function lost(start: CaseFile, revokedBy: string[]): CaseFile {
  const entry = { setId: "national", entryId: "entry-1" };
  const revoked: RevokedHit[] = [{ ...entry, cause: "REVOCATION_CAUSE_WRONG_FILE", revokedBy }];
  const seen = withMatch(start, match([], { version: 2, revoked }));
  return judged(start, seen, { kind: "wait" }, { decision: undefined, now: later(5) });
}
