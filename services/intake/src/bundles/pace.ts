/** How many reports of a sender may be told at once, as of a moment: a minute's worth at most. */
export interface Pace {
  free: number;
  time: Date;
}

const MINUTE_MS = 60_000;

/** The pace now; of a sender of whom nothing came yet, a whole minute's worth. A clock that went back gives nothing. */
export function paceAt(pace: Pace | undefined, perMinute: number, now: Date): Pace {
  if (pace === undefined) return { free: perMinute, time: now };
  const passedMs = Math.max(0, now.getTime() - pace.time.getTime());
  return { free: Math.min(perMinute, pace.free + (passedMs * perMinute) / MINUTE_MS), time: now };
}

/** How many may be told. */
export function roomIn({ free }: Pace): number {
  return Math.floor(free + 1e-9);
}

export function spent(pace: Pace, count: number): Pace {
  return { ...pace, free: pace.free - count };
}
