import { expect, it } from "vitest";
import { bandCountFor, bandsOf, LEAST_BANDED_ROWS, MAX_BAND_BITS } from "./bands.ts";

it("cuts all 256 bits into bands that follow each other and differ by one bit at most", () => {
  for (let count = 11; count <= 22; count++) {
    const bands = bandsOf(count);
    const widths = bands.map(({ bits }) => bits);
    expect(bands.map(({ firstBit }) => firstBit)).toEqual(widths.map((_, i) => sum(widths.slice(0, i))));
    expect(sum(widths)).toBe(256);
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
    expect(Math.max(...widths)).toBeLessThanOrEqual(MAX_BAND_BITS);
  }
});

it.each([
  [LEAST_BANDED_ROWS - 1, 0],
  [LEAST_BANDED_ROWS, 21],
  [1_000_000, 13],
  [5_000_000, 12],
  [10_000_000, 11],
  [32_000_000, 11],
])("takes bands of about log2 N bits: for %d rows, %d", (rows, bands) => {
  expect(bandCountFor(rows)).toBe(bands);
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
