import { numbers } from "../numbers.ts";

/**
 * What happens to a process. `kill`: it is gone at once and started again. `stop`: it is frozen and goes on. `restart`: it is
 * asked to end and started again.
 */
export type Harm = "kill" | "stop" | "restart";

export interface Fault {
  /** Since the beginning. */
  atMs: number;
  whom: string;
  harm: Harm;
  /** How long it is away, or frozen. */
  forMs: number;
}

export interface Season {
  seed: number;
  /** Faults begin within this time. */
  forMs: number;
  /** Between two faults, on average. */
  everyMs: number;
  whom: readonly string[];
}

const HARMS: readonly Harm[] = ["kill", "stop", "restart"];
/** Longer than a handler's patience with a peer, shorter than what a test can wait for. */
const LONGEST_MS = 6000;

/** Faults, oldest first; the same for the same seed. Each of `whom` is harmed at least once where the time allows it. */
export function scheduleOf({ seed, forMs, everyMs, whom }: Season): Fault[] {
  const next = numbers(seed);
  const faults: Fault[] = [];
  const turn = shuffled(whom, next);
  for (let atMs = everyMs * next(); atMs < forMs; atMs += everyMs * (0.5 + next())) {
    const drawn = turn.shift() ?? whom[Math.floor(next() * whom.length)] ?? "";
    const harm = HARMS[Math.floor(next() * HARMS.length)] ?? "kill";
    faults.push({ atMs: Math.round(atMs), whom: drawn, harm, forMs: Math.round(LONGEST_MS * next() ** 2) });
  }
  return faults;
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  return items
    .map((item) => ({ item, key: next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
