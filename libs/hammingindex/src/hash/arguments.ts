/** Throws a RangeError unless it is a whole number from 0 to 2^32 − 1. */
export function requireId(id: number): void {
  requireWhole("id", id, 0, 2 ** 32 - 1);
}

/** Throws a RangeError unless the value is a whole number from `least` to `most`. */
export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `${name} must be a whole number from ${least} to ${most}, not ${typeof value === "number" ? value : typeof value}`,
  );
}
