/**
 * The inner loops over one segment's memory, in one thread. There are two of them with the same results: WebAssembly,
 * and plain TypeScript as the reference it is tested against and where WebAssembly is switched off.
 */
export interface Kernel {
  /** Permutes the bits of rows where they lie. */
  permuteRows(from: number, to: number): void;
  /** Builds a band's offsets and ids over the first `rows` rows; uses the work area. */
  buildBand(band: number, rows: number, workAt: number): void;
  /** Takes over the query that stands in the scratch. */
  permuteQuery(): void;
  /** Starts a search for at most `limit` rows within `radius`. */
  begin(radius: number, limit: number): void;
  /** Looks the keys up, within the radii that stand in the scratch; returns how many candidates there are. */
  probe(): number;
  /** Compares the candidates. */
  collect(): void;
  /** Compares a range of rows. */
  scan(from: number, to: number): void;
  /** Candidates of one band at exactly `weight` bits from the query's key. */
  countBand(band: number, weight: number): number;
  /** Orders what was found in the scratch: row and distance, nearest first. Returns how many there are. */
  finish(): number;
  /** How many were found; above the limit, no more than that it was passed. */
  found(): number;
}

export type KernelKind = "wasm" | "typescript";

/** WebAssembly unless this process has it switched off. */
export const defaultKernel: KernelKind = typeof WebAssembly === "object" ? "wasm" : "typescript";
