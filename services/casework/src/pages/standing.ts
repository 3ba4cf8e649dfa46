import type { CaseFile } from "../cases/case.ts";
import { inDoubt, toldIllegal, withoutCause } from "../doubts/doubt.ts";
import { toldDecisions } from "../cases/case.ts";
import { isIllegal } from "./embedded.ts";

const CAUSE = "DOUBT_CAUSE_EMBEDDED_FELL";

/** The targets that a told decision about a page rests on. */
export function embeddedTargets(file: CaseFile): string[] {
  return toldIllegal(file)?.embedded?.items.map(({ targetId }) => targetId) ?? [];
}

/** A page's told decision whose items were not looked at since it was told; a date for the loop's order. */
export function embedsUnchecked(file: CaseFile): Date | undefined {
  const decision = toldIllegal(file);
  if (decision?.embedded === undefined || file.embeddedChecked === decision.decisionId) return undefined;
  return decision.decidedTime;
}

/** That it is looked at now. */
export function withEmbeddedChecked(file: CaseFile): CaseFile {
  const decision = toldIllegal(file);
  return decision === undefined ? file : { ...file, embeddedChecked: decision.decisionId };
}

/**
 * Where an "illegal" stands that pages may rest on: in force, or fallen since when. Undefined where it never was told.
 */
function standingOf(file: CaseFile): string | undefined {
  if (isIllegal(file)) return IN_FORCE;
  const last = toldDecisions(file).findLast(({ verdict }) => verdict === "VERDICT_ILLEGAL");
  return last && `fell ${last.decisionId} ${file.doubt?.sinceTime.getTime() ?? ""}`;
}

const IN_FORCE = "in force";

/**
 * That pages are to be told where it stands: it fell, or what fell is in force again. What was never anything else is no
 * news to any page.
 */
export function standingUntold(file: CaseFile): Date | undefined {
  const now = standingOf(file);
  const isNews = now !== undefined && now !== (file.standingTold ?? IN_FORCE);
  return isNews ? (file.doubtedTime ?? file.openedTime) : undefined;
}

/** Pages were told where `file` stood. */
export function withStandingTold(before: CaseFile, file: CaseFile): CaseFile {
  const told = standingOf(before);
  return told === undefined ? file : { ...file, standingTold: told };
}

/** The page's case, by whether anything that it was said to embed is illegal still: it falls with the last, and comes back. */
export function settledPage(file: CaseFile, isAnyIllegal: boolean, now: Date): CaseFile {
  if (embeddedTargets(file).length === 0) return file;
  return isAnyIllegal ? withoutCause(file, CAUSE, now) : inDoubt(file, { cause: CAUSE, by: [], now });
}
