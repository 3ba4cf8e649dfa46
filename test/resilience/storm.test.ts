import { containersMissing, type Pairing } from "@ntd/testing";
import { long } from "@ntd/testing/runs";
import { expect, test } from "vitest";
import { dueEnds, reportsOf } from "./reports.ts";
import { storm } from "./storm.ts";

const missing = await containersMissing();
const reports = long ? 300 : 60;
const forMs = long ? 180_000 : 30_000;

test.for<{ pairing: Pairing; seed: number; unable: string | undefined }>([
  { pairing: "embedded", seed: 20_261_201, unable: undefined },
  { pairing: "production", seed: 20_261_202, unable: missing },
])(
  "$pairing: reports come while everything is killed, frozen and restarted; each has its end, one notice, nothing else",
  { timeout: long ? 1_200_000 : 420_000 },
  async ({ pairing, seed, unable }, { skip }) => {
    skip(unable !== undefined, unable);
    const after = await storm({ pairing, seed, reports, forMs, everyMs: 3000 });
    expect(after.faults.length).toBeGreaterThan(8);
    expect(after.faults.filter(({ isHit }) => !isHit)).toEqual([]);
    expect(after.ends).toEqual(dueEnds(reportsOf(reports, seed)));
    expect(after.doubled).toEqual([]);
    expect(after.letters).toEqual([after.poison]);
  },
);
