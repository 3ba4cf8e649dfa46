import { isLeased } from "@ntd/service";
/** All rows by the first digit of their ids. Each range has a mark of its own: a restart begins one again, not all. */
export const RANGES: readonly string[] = "0123456789abcdef".split("");

export function rangeOf(matchId: string): string {
  return matchId.slice(0, 1);
}

/** How far the rows of a range were searched, and who goes on with that. */
export interface RangeState {
  schemaVersion: 1;
  sets: SetMark[];
  pass?: Pass;
}

export interface SetMark {
  setId: string;
  /** Every row of the range that is not pending was searched through this counter, or further if it says so itself. */
  mark: number;
  /** Whoever looks a pending row up must have the set through this counter. Raised before a pass looks at any row. */
  goal: number;
}

/** One process brings all rows of the range through a set's counter. */
export interface Pass {
  setId: string;
  through: number;
  by: string;
  /** Then another one may take it over. */
  until: Date;
  /** Rows that are being written: whoever takes over raises their versions first, so that a late write is refused. */
  rows: string[];
}

export const newRange: RangeState = { schemaVersion: 1, sets: [] };

export function markIn({ sets }: RangeState, setId: string): number {
  return sets.find((one) => one.setId === setId)?.mark ?? 0;
}

/** Whether a pending row of this range may be looked up with sets at these counters: a pass does not wait for it. */
export function mayLookUp({ sets }: RangeState, counterOf: (setId: string) => number): boolean {
  return sets.every(({ setId, goal }) => counterOf(setId) >= goal);
}

/**
 * Begins a pass, or takes one over; the rows of the earlier one stay named until the new one names its own. Undefined
 * when there is nothing to do, somebody else is at it, or somebody has a newer list than this process.
 */
export function beginPass(
  range: RangeState,
  { setId, through, by, now, until }: Omit<Pass, "rows"> & { now: Date },
): RangeState | undefined {
  const before = range.sets.find((one) => one.setId === setId) ?? { setId, mark: 0, goal: 0 };
  if (before.mark >= through || before.goal > through) return undefined;
  if (
    range.pass !== undefined &&
    range.pass.by !== by &&
    isLeased(range.pass.until, now, until.getTime() - now.getTime())
  ) {
    return undefined;
  }
  const rows = range.pass?.rows ?? [];
  return withSet({ ...range, pass: { setId, through, by, until, rows } }, { ...before, goal: through });
}

/** Says which rows are to be written next, all earlier ones being written; undefined rows: goes on with the same. */
export function goOn(range: RangeState, until: Date, rows?: readonly string[]): RangeState {
  const { pass } = range;
  return pass === undefined ? range : { ...range, pass: { ...pass, until, rows: [...(rows ?? pass.rows)] } };
}

/** None of its rows is behind: the mark rises. */
export function endPass({ pass, ...range }: RangeState): RangeState {
  if (pass === undefined) return range;
  const { setId, through } = pass;
  return withSet(range, { setId, mark: through, goal: through });
}

/** Stops on the way, no row being written. */
export function leavePass({ schemaVersion, sets }: RangeState): RangeState {
  return { schemaVersion, sets };
}

function withSet(range: RangeState, set: SetMark): RangeState {
  return { ...range, sets: [...range.sets.filter(({ setId }) => setId !== set.setId), set] };
}
