/** Bits of a hash. */
export const HASH_BITS = 256;
/** More bits in a band would make its offsets (4 bytes for each of 2^bits keys) larger than the ids they lead to. */
export const MAX_BAND_BITS = 24;
/** Below this many rows a scan takes a few microseconds, and bands would be larger than the rows. */
export const LEAST_BANDED_ROWS = 4096;

const LEAST_BANDS = Math.ceil(HASH_BITS / MAX_BAND_BITS);

/**
 * Into how many bands the bits are cut: about 256 / log2 N, so that a key leads to about one row. Narrower bands find
 * more candidates, wider ones need more keys looked up. 0: no bands, the rows are scanned.
 */
export function bandCountFor(rows: number): number {
  if (rows < LEAST_BANDED_ROWS) return 0;
  return Math.max(LEAST_BANDS, Math.round(HASH_BITS / Math.log2(rows)));
}

/** A stretch of the permuted bits that is looked up as one key. */
export interface Band {
  firstBit: number;
  bits: number;
}

/** Cuts all 256 bits into bands that differ by one bit at most, the wider ones first. */
export function bandsOf(bandCount: number): Band[] {
  const bands: Band[] = [];
  for (let band = 0, firstBit = 0; band < bandCount; band++) {
    const bits = Math.ceil((HASH_BITS - band) / bandCount);
    bands.push({ firstBit, bits });
    firstBit += bits;
  }
  return bands;
}
