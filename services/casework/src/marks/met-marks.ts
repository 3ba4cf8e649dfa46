import { derivedId } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { markableDigests, type Whereabouts } from "../evidence/digests.ts";
import type { Place } from "../evidence/whereabouts.ts";
import { heldByMark } from "../holds/hold.ts";
import { isInForce, type MarkFacts } from "./mark.ts";

/** A mark in force that something meets. */
export interface MetMark {
  markId: string;
  setBy: string;
}

/** So many digests are asked at a time: what a query merges. */
const TOGETHER = 50;
const PAGE = 50;
/** Of these, those that last longest: more hold nothing longer. */
const MOST = 50;

/** The marks in force that something meets. */
export async function marksOn(
  deps: Pick<Deps, "marks" | "markKey" | "clock">,
  { what, keys }: Place,
): Promise<MetMark[]> {
  const now = deps.clock.now();
  const isMetBy = meeting(deps, () => what);
  const met: MetMark[] = [];
  for (let from = 0; from < keys.length; from += TOGETHER) {
    const where = { liveUnder: { in: keys.slice(from, from + TOGETHER) } };
    const longest = deps.marks.pages({ where, orderBy: "expireTime", descending: true }, PAGE);
    const found: MetMark[] = [];
    for await (const page of longest) {
      const inForce = page.filter(({ state }) => isInForce(state, now));
      found.push(
        ...inForce.filter(({ state }) => isMetBy(state)).map(({ id, state }) => ({ markId: id, setBy: state.set.by })),
      );
      if (found.length >= MOST || inForce.length < page.length) break;
    }
    met.push(...found.slice(0, MOST));
  }
  return met;
}

/**
 * Whether what lies there meets a mark that is found under one of its digests. Both are found by a few prefixes alone: what
 * lies in the searched one may lie beside the marked one.
 */
export function meeting(
  { markKey }: Pick<Deps, "markKey">,
  what: () => Whereabouts,
): (mark: Pick<MarkFacts, "digest" | "searched">) => boolean {
  let markable: ReadonlySet<string> | undefined;
  return ({ digest, searched }) => {
    if (digest === searched || markKey === undefined) return true;
    markable ??= new Set(markableDigests(markKey, what()));
    return markable.has(digest);
  };
}

/** The case held by each mark that it meets, once. */
export function withMetMarks(file: CaseFile, met: readonly MetMark[], now: Date): CaseFile {
  return met.reduce((before, { markId, setBy }) => {
    const holdId = derivedId("hold", before.caseId, markId);
    return heldByMark(before, { holdId, by: setBy, markId }, now);
  }, file);
}

/** Marks on what the case is about, asked once more behind its write: one that was set meanwhile found the case not there yet. */
export async function meetMarks(
  deps: CaseWriter & Pick<Deps, "marks" | "markKey">,
  caseId: string,
  place: Place,
): Promise<void> {
  const met = await marksOn(deps, place);
  if (met.length === 0) return;
  await writeCase(deps, caseId, (file) => file && withMetMarks(file, met, deps.clock.now()));
}
