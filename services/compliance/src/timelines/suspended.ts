/** While a notice's decision was in doubt and its provider told to wait; it may last. */
export interface Suspended {
  from: Date;
  to?: Date;
  /** Nobody confirmed the doubt in time. */
  lapsed?: true;
}

/** How long the provider's clock stood still in [from, to), in ms; suspensions of one notice never overlap. */
export function pausedMs(suspensions: readonly Suspended[], from: Date, to: Date): number {
  return suspensions.reduce((sum, one) => {
    const begins = Math.max(one.from.getTime(), from.getTime());
    const ends = Math.min(one.to?.getTime() ?? Infinity, to.getTime());
    return sum + Math.max(0, ends - begins);
  }, 0);
}

/** Since when it is suspended; undefined while it is not. */
export function suspendedSince(suspensions: readonly Suspended[]): Date | undefined {
  return suspensions.find(({ to }) => to === undefined)?.from;
}
