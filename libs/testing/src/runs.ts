/** Whether this is the long form of the tests (`npm run long`): more runs, other seeds each time. */
export const long = process.env["NTD_LONG"] === "1";

/** How many runs a property gets: `short` in `./scripts/test`, whose seed is fixed, twenty times as many in the long form. */
export function runs(short: number): number {
  return long ? short * 20 : short;
}
