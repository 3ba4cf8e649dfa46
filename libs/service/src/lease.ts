/**
 * No lease of so many milliseconds that is given about now ends later: as much again is allowed for, since the clocks of
 * replicas differ. One that does was given by a clock that was wrong, and whoever has it may be gone.
 */
export function latestLeaseEnd(now: Date, leaseMs: number): Date {
  return new Date(now.getTime() + 2 * leaseMs);
}

/** Whether a lease that ends then is to be respected. */
export function isLeased(until: Date, now: Date, leaseMs: number): boolean {
  return until > now && until <= latestLeaseEnd(now, leaseMs);
}
