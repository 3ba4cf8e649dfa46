// A storm of any length that can be had again: `npm run chaos -- --minutes 30 --seed 7 [--reports 300] [--pairing production]
// [--with rotation,disk]`.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { atLeast, atMost, report, stated, type Figure } from "../bench/report.ts";
import type { Ends } from "./ends.ts";
import { fullDisk, type Filled } from "./full-disk.ts";
import { reportsOf } from "./reports.ts";
import { storm, type Aftermath } from "./storm.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    reports: { type: "string", default: "300" },
    pairing: { type: "string", default: "embedded" },
    with: { type: "string", default: "" },
  },
});
const [minutes, seed, count] = [values.minutes, values.seed, values.reports].map(Number) as [number, number, number];
if (![minutes, seed, count].every((number) => number > 0) || !["embedded", "production"].includes(values.pairing))
  throw new Error("--minutes, --seed and --reports take numbers above 0, --pairing embedded or production");
const pairing = values.pairing === "production" ? "production" : "embedded";

const extras = values.with.split(",").filter((word) => word !== "");
if (!extras.every((word) => ["rotation", "disk"].includes(word)) || (extras.length > 0 && pairing === "production"))
  throw new Error("--with takes rotation, disk or both, with a comma between them, on the embedded pairing");

const isRotated = extras.includes("rotation");
const after = await storm({ pairing, seed, reports: count, forMs: minutes * 60_000, everyMs: 4000, isRotated });
const filled = extras.includes("disk") ? await filledOnce() : undefined;
report(`chaos-${pairing}-${seed}`, [
  stated("minutes", minutes, ""),
  stated("faults", after.faults.length, ""),
  atMost("faults that did not hit", after.faults.filter(({ isHit }) => !isHit).length, "", 0),
  ...figuresOf("", after),
  ...(after.rotated ? [stated("keys and certificates that changed", after.rotated.turns.length, "")] : []),
  ...(filled ? figuresOf("full disk: ", filled) : []),
]);
const isMet = [after, ...(filled ? [filled] : [])].every(
  ({ ends, doubled, letters, poison }) =>
    wrongIn(ends).length === 0 && doubled.length === 0 && letters.join() === poison,
);
process.exitCode = isMet && after.faults.every(({ isHit }) => isHit) ? 0 : 1;

/** Two minutes of reports, a third of which the disk is full. */
async function filledOnce(): Promise<Filled> {
  const dir = await mkdtemp(join(tmpdir(), "ntd-full-"));
  const disk = mountSmallDisk(join(dir, "disk"), 300);
  if (typeof disk === "string") throw new Error(`--with disk: ${disk}`);
  try {
    const data = join(dir, "disk", "data");
    return await fullDisk({ dir, disk, data, seed, reports: count, forMs: 120_000, fullMs: 40_000 });
  } finally {
    disk[Symbol.dispose]();
    await rm(dir, { recursive: true, force: true });
  }
}

type Ended = Pick<Aftermath, "ends" | "doubled" | "letters" | "poison" | "settledMs">;

function figuresOf(of: string, { ends, doubled, letters, poison, settledMs }: Ended): Figure[] {
  const wrong = wrongIn(ends);
  for (const { due, end, number } of wrong) console.log(`${of}${number} that must end as ${due} ended as ${end}`);
  const sum = Object.values(ends).flatMap((row) => Object.values(row));
  const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return [
    atLeast(`${of}reports accepted that have an end`, total(sum), "", reportsOf(count, seed).length),
    atMost(`${of}reports with another end than theirs`, total(wrong.map(({ number }) => number)), "", 0),
    atMost(`${of}targets with more than one notice`, doubled.length, "", 0),
    atMost(`${of}dead letters beside the poison`, letters.filter((id) => id !== poison).length, "", 0),
    atLeast(`${of}the poison among the dead letters`, letters.filter((id) => id === poison).length, "", 1),
    stated(`${of}from the last fault until all had ended`, settledMs / 1000, "s"),
  ];
}

function wrongIn(ends: Ends): { due: string; end: string; number: number }[] {
  return Object.entries(ends).flatMap(([due, row]) =>
    Object.entries(row).flatMap(([end, number]) => (end === due ? [] : [{ due, end, number }])),
  );
}
