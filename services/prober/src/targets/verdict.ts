import type { Target } from "./target-state.ts";

/** The word of a case on what is at the address. */
export interface Verdict {
  episode: number;
  /** Of the case. */
  version: number;
  isIllegal: boolean;
}

/**
 * The target with what was decided of it; undefined when that is no news. The newest version of the newest episode's case
 * counts.
 */
export function withVerdict(target: Target, verdict: Verdict): Target | undefined {
  const { verdict: known } = target;
  const isOlder =
    known !== undefined &&
    (verdict.episode < known.episode || (verdict.episode === known.episode && verdict.version <= known.version));
  return isOlder ? undefined : { ...target, verdict };
}
