import { derivedId } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { heldByMark } from "../holds/hold.ts";
import { isInForce } from "./mark.ts";

/** A mark in force that something meets. */
export interface MetMark {
  markId: string;
  setBy: string;
}

/** So many digests are asked at a time: what a query merges. */
const TOGETHER = 50;
/** Of these, those that last longest: more hold nothing longer. */
const MOST = 50;

/** The marks in force that something meets, by the digests of all that a mark on it can be of. */
export async function marksOn(
  { marks, clock }: Pick<Deps, "marks" | "clock">,
  digests: readonly string[],
): Promise<MetMark[]> {
  const now = clock.now();
  const met: MetMark[] = [];
  for (let from = 0; from < digests.length; from += TOGETHER) {
    const where = { live: { in: digests.slice(from, from + TOGETHER) } };
    const found = await marks.find({ where, orderBy: "expireTime", descending: true, limit: MOST });
    for (const { id, state } of found) if (isInForce(state, now)) met.push({ markId: id, setBy: state.set.by });
  }
  return met;
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
  deps: CaseWriter & Pick<Deps, "marks">,
  caseId: string,
  digests: readonly string[],
): Promise<void> {
  const met = await marksOn(deps, digests);
  if (met.length === 0) return;
  await writeCase(deps, caseId, (file) => file && withMetMarks(file, met, deps.clock.now()));
}
