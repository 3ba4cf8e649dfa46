import { decisionInForce, isByMachine, nameOf } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Cause, Standing } from "@ntd/proto/casework/v1/impact";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { ruleOf } from "../breakers/subject.ts";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { hitInBasis } from "../policies/basis.ts";
import { carriers, groundsInBasis, isCalledWrong } from "../policies/grounds.ts";
import { decidingHits } from "../policies/policy.ts";
import { published } from "../cases/publish.ts";
import { asToday, toldIllegal } from "../doubts/doubt.ts";

export type What = NonNullable<Cause["what"]>;

/** Which of a cause's cases: all, those of one standing, or those of it that rest on the cause alone. */
export type Part = "all" | Standing | `resting ${Standing}`;

/** The name under which the cases of a cause are found. */
export function causeKey(what: What, part: Part): string {
  const id = what.$case === "entry" ? [what.value.setId, what.value.entryId] : [what.value];
  return JSON.stringify([part, what.$case, ...id]);
}

/** Every name under which the case is found: of what it hits or hit once, of what decided it, and of who did. */
export function causeKeys(file: CaseFile): string[] {
  const standing = standingOf(file);
  const rests = resting(file);
  const keys = causesOf(file).flatMap((what) => {
    const own = rests(what) ? [causeKey(what, `resting ${standing}`)] : [];
    return [causeKey(what, "all"), causeKey(what, standing), ...own];
  });
  return [...new Set(keys)];
}

/** Where the decision of a case stands that others know of. */
export function standingOf(file: CaseFile): Standing {
  const last = toldDecisions(file).at(-1);
  if (last === undefined) return "STANDING_UNDECIDED";
  const { withdrawsDecisionId, confirmedBy } = asToday(last);
  const isInForce = decisionInForce(published(file)) !== undefined;
  if (last.verdict === "VERDICT_ILLEGAL") return isInForce ? "STANDING_IN_FORCE" : "STANDING_IN_DOUBT";
  if (withdrawsDecisionId === "") return "STANDING_DECIDED_OTHERWISE";
  return confirmedBy === "" ? "STANDING_IN_DOUBT" : "STANDING_WITHDRAWN";
}

/**
 * Whether the told "illegal" rests on the cause alone, or rested until it fell: no other ground carries it, and where a
 * person decided, no hit decides the same. A person's decision is a basis of its own: what a list says topples none.
 */
export function restsOn(file: CaseFile, what: What): boolean {
  return resting(file)(what);
}

// For all causes of a case at once, which is asked at each write.
function resting(file: CaseFile): (what: What) => boolean {
  const illegal = toldIllegal(file);
  if (illegal === undefined) return () => false;
  const hits = file.match?.hits ?? [];
  if (!isByMachine(illegal)) {
    const isSure = decidingHits(hits).length > 0;
    return (what) => {
      if (what.$case === "clusterCaseId") return what.value === clusterIn(file, illegal) && !isSure;
      return (
        what.$case === "caseId" || (what.$case === "person" && what.value === nameOf(illegal.decidedBy) && !isSure)
      );
    };
  }
  const rested = deciders(file);
  const carrying = carriers(file.grounds ?? groundsInBasis(illegal.basis), hits);
  return (what) => {
    if (what.$case === "person" || what.$case === "clusterCaseId") return false;
    if (what.$case === "caseId") return true;
    const entries = entriesOf(file, what);
    const isOf = (one: Source) => (what.$case === "rule" ? ruleIn(one) === what.value : entries.has(entryKey(one)));
    return rested.some(isOf) && carrying.every(isOf);
  };
}

type Entry = Pick<Hit, "setId" | "entryId">;
type Source = Entry & Partial<Pick<Hit, "releaseId" | "algorithm">>;

// That the decision was made with, or is the centre of, whatever was decided there since.
function clusterIn(file: CaseFile, decision: Decision): string | undefined {
  if (decision.clusterCaseId !== undefined) return decision.clusterCaseId;
  return file.cluster !== undefined && !isByMachine(decision) ? file.caseId : undefined;
}

// The last told "illegal", also once it is withdrawn: what caused it has still caused it.
function lastIllegal(file: CaseFile): Decision | undefined {
  const told = toldDecisions(file);
  const last = told.at(-1);
  const withdrawn = last && asToday(last).withdrawsDecisionId;
  return toldIllegal(file) ?? told.find(({ decisionId }) => decisionId === withdrawn);
}

// What that rests on, or rested on until it was called wrong.
function deciders(file: CaseFile): Source[] {
  const illegal = lastIllegal(file);
  if (illegal === undefined || !isByMachine(illegal)) return [];
  const first = hitInBasis(illegal.basis);
  const lost = (file.match?.revoked ?? []).filter(isCalledWrong);
  return [...(file.grounds?.hits ?? []), ...lost, ...(first ? [first] : [])];
}

/** What it hits, and what decided it, also what was taken back since. */
export function sources(file: CaseFile): Source[] {
  return [...(file.match?.hits ?? []), ...deciders(file)];
}

function causesOf(file: CaseFile): What[] {
  const decisions = [lastIllegal(file), toldDecisions(file).at(-1)];
  const persons = decisions.flatMap((one) => (one === undefined || isByMachine(one) ? [] : [nameOf(one.decidedBy)]));
  const clusters = decisions.flatMap((one) => (one && clusterIn(file, one)) ?? []);
  const lists = sources(file).flatMap(({ setId, entryId, releaseId }): What[] => [
    { $case: "entry", value: { setId, entryId } },
    { $case: "setId", value: setId },
    ...(releaseId === undefined || releaseId === "" ? [] : [{ $case: "releaseId" as const, value: releaseId }]),
  ]);
  const rules = deciders(file).flatMap((one) => ruleIn(one) ?? []);
  const all = [
    ...lists,
    ...rules.map((value): What => ({ $case: "rule", value })),
    ...persons.map((value): What => ({ $case: "person", value })),
    ...clusters.map((value): What => ({ $case: "clusterCaseId", value })),
  ];
  return [...new Map(all.map((what) => [causeKey(what, "all"), what])).values()];
}

// An entry that is hit in another release by now does not rest on the one before.
function entriesOf(file: CaseFile, what: What): Set<string> {
  const all = sources(file);
  if (what.$case === "entry") return new Set([entryKey(what.value)]);
  if (what.$case === "setId") return new Set(all.filter(({ setId }) => setId === what.value).map(entryKey));
  const named = all.filter(({ releaseId }) => releaseId === what.value).map(entryKey);
  const elsewhere = new Set((file.match?.hits ?? []).filter(({ releaseId }) => releaseId !== what.value).map(entryKey));
  return new Set(named.filter((key) => !elsewhere.has(key)));
}

function ruleIn({ algorithm }: Source): string | undefined {
  return algorithm && ruleOf(algorithm);
}

export function entryKey({ setId, entryId }: Entry): string {
  return JSON.stringify([setId, entryId]);
}
