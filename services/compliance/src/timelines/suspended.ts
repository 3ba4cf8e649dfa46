/** While a notice's decision was in doubt and its provider told to wait; it may last. */
export interface Suspended {
  from: Date;
  to?: Date;
  /** Nobody confirmed the doubt in time. */
  lapsed?: true;
}

/** How long the provider's clock stood still in [from, to), in ms; a moment counts once, also where a clock was put back. */
export function pausedMs(suspensions: readonly Suspended[], from: Date, to: Date): number {
  let sum = 0;
  let until = from.getTime();
  for (const one of suspensions.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const ends = Math.min(one.to?.getTime() ?? Infinity, to.getTime());
    sum += Math.max(0, ends - Math.max(one.from.getTime(), until));
    until = Math.max(until, ends);
  }
  return sum;
}

/** Since when it is suspended; undefined while it is not. */
export function suspendedSince(suspensions: readonly Suspended[]): Date | undefined {
  return suspensions.find(({ to }) => to === undefined)?.from;
}
