/** Whether this is the long form of the tests (`npm run long`): more runs, other seeds each time. */
export const long = process.env["NTD_LONG"] === "1";

/** How many runs a property gets: `short` in `./scripts/test`, whose seed is fixed, twenty times as many in the long form. */
export function runs(short: number): number {
  return long ? short * 20 : short;
}

/** How long a property of so many runs may take, in milliseconds: in the long form as many times as long. */
export function longest(shortMs: number): number {
  return runs(shortMs);
}
