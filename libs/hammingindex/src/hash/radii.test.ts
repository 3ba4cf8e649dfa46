import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bandCountFor, bandsOf } from "./bands.ts";
import { choose } from "./choose.ts";
import { MAX_BAND_RADIUS, MAX_PROBES } from "../segments/layout.ts";
import { evenRadii, expectedCandidates, fittedRadii, type Radii } from "./radii.ts";

const rows = fc.constantFrom(5_000, 100_000, 1_000_000, 10_000_000, 32_000_000);
const radius = fc.integer({ min: 0, max: 64 });

/** Bits that differ in each band; whatever their sum allows must lie within the radius of some band. */
function finds(radii: Radii, differing: readonly number[]): boolean {
  return radii.some((own, band) => (differing[band] as number) <= own);
}

describe("radii of bands", () => {
  it("reach far enough for every way in which bits can differ, and no farther than they must", () => {
    fc.assert(
      fc.property(rows, radius, fc.infiniteStream(fc.nat()), (count, within, stream) => {
        const bands = bandsOf(bandCountFor(count));
        const radii = evenRadii(within, bands, count);
        if (radii === undefined) return;
        const differing = bands.map(() => 0);
        for (let i = 0; i < within; i++) {
          const band = stream.next().value % bands.length;
          differing[band] = (differing[band] as number) + 1;
        }
        expect(finds(radii, differing)).toBe(true);
        expect(radii.reduce((sum, own) => sum + own + 1, 0)).toBe(within + 1);
      }),
    );
  });

  it("miss what lies one bit farther in every band: less would not be exact", () => {
    const bands = bandsOf(11);
    const radii = evenRadii(31, bands, 10_000_000) ?? [];
    const justOutside = radii.map((own) => own + 1);
    expect(justOutside.reduce((sum, bits) => sum + bits, 0)).toBe(32);
    expect(finds(radii, justOutside)).toBe(false);
  });

  it("are one of two neighbouring numbers: nine single look-ups at r = 8", () => {
    expect(evenRadii(8, bandsOf(11), 10_000_000)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1]);
    expect(evenRadii(31, bandsOf(11), 10_000_000)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
  });

  it("ask for no more keys, and no heavier masks, than there is room for", () => {
    const keysOf = (radii: Radii, bands: ReturnType<typeof bandsOf>) =>
      radii.reduce((sum, own, band) => {
        for (let weight = 0; weight <= own; weight++) sum += choose(bands[band]?.bits ?? 0, weight);
        return sum;
      }, 0);
    const run = fc.property(fc.integer({ min: 4096, max: 32_000_000 }), fc.nat({ max: 256 }), (count, within) => {
      const bands = bandsOf(bandCountFor(count));
      const none = bands.map(() => [0, 0, 0, 0, 0]);
      for (const radii of [evenRadii(within, bands, count), fittedRadii(within, bands, none, count)]) {
        if (radii === undefined) continue;
        expect(keysOf(radii, bands)).toBeLessThanOrEqual(MAX_PROBES);
        expect(Math.max(...radii)).toBeLessThanOrEqual(MAX_BAND_RADIUS);
      }
    });
    fc.assert(run, { numRuns: runs(2000) });
  });

  it("are none where a scan is faster", () => {
    expect(evenRadii(64, bandsOf(11), 10_000_000)).toBeUndefined();
    expect(evenRadii(256, bandsOf(11), 10_000_000)).toBeUndefined();
    expect(evenRadii(56, bandsOf(21), 4096)).toBeUndefined();
    expect(evenRadii(31, bandsOf(21), 4096)).toBeDefined();
  });
});

describe("radii fitted to a query", () => {
  const counts = fc.array(fc.array(fc.nat({ max: 20_000 }), { minLength: 4, maxLength: 4 }), {
    minLength: 11,
    maxLength: 11,
  });

  it("still add up, and cost no more than even ones", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 40 }), (candidates, within) => {
        const bands = bandsOf(11);
        const fitted = fittedRadii(within, bands, candidates, 10_000_000);
        const even = evenRadii(within, bands, 10_000_000);
        if (fitted === undefined || even === undefined || Math.max(...even) > 3) return;
        expect(fitted.reduce((sum, own) => sum + own + 1, 0)).toBeGreaterThanOrEqual(within + 1);
        const found = (radii: Radii) =>
          radii.reduce((sum, own, band) => sum + within3(candidates[band] as number[], own), 0);
        const keys = (radii: Radii) => expectedCandidates(radii, bands, 2 ** 24);
        expect(found(fitted) + keys(fitted) / 2).toBeLessThanOrEqual(found(even) + keys(even) * 2);
      }),
    );
  });

  it("leave a crowded band alone", () => {
    const candidates = bandsOf(11).map((_, band) => (band === 3 ? [50_000, 90_000, 200_000] : [1, 10, 100]));
    expect(fittedRadii(16, bandsOf(11), candidates, 10_000_000)?.[3]).toBe(-1);
  });

  it("are none when even the best lead to more than a scan reads", () => {
    const candidates = bandsOf(13).map(() => [50_000, 90_000, 200_000]);
    expect(fittedRadii(31, bandsOf(13), candidates, 1_000_000)).toBeUndefined();
  });
});

function within3(counts: readonly number[], own: number): number {
  return counts.slice(0, own + 1).reduce((sum, count) => sum + count, 0);
}
