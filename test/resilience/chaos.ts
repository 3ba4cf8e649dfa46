// A storm of any length that can be had again: `npm run chaos -- --minutes 30 --seed 7 [--reports 300] [--pairing production]`.
import { parseArgs } from "node:util";
import { atLeast, atMost, report, stated } from "../bench/report.ts";
import { reportsOf } from "./reports.ts";
import { storm } from "./storm.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    reports: { type: "string", default: "300" },
    pairing: { type: "string", default: "embedded" },
  },
});
const [minutes, seed, count] = [values.minutes, values.seed, values.reports].map(Number) as [number, number, number];
if (![minutes, seed, count].every((number) => number > 0) || !["embedded", "production"].includes(values.pairing))
  throw new Error("--minutes, --seed and --reports take numbers above 0, --pairing embedded or production");
const pairing = values.pairing === "production" ? "production" : "embedded";

const after = await storm({ pairing, seed, reports: count, forMs: minutes * 60_000, everyMs: 4000 });
const wrong = Object.entries(after.ends).flatMap(([due, row]) =>
  Object.entries(row).flatMap(([end, number]) => (end === due ? [] : [{ due, end, number }])),
);
for (const { due, end, number } of wrong) console.log(`${number} that must end as ${due} ended as ${end}`);
const sum = Object.values(after.ends).flatMap((row) => Object.values(row));
report(`chaos-${pairing}-${seed}`, [
  stated("minutes", minutes, ""),
  stated("faults", after.faults.length, ""),
  atMost("faults that did not hit", after.faults.filter(({ isHit }) => !isHit).length, "", 0),
  atLeast(
    "reports accepted that have an end",
    sum.reduce((a, b) => a + b, 0),
    "",
    reportsOf(count, seed).length,
  ),
  atMost(
    "reports with another end than theirs",
    wrong.reduce((a, { number }) => a + number, 0),
    "",
    0,
  ),
  atMost("targets with more than one notice", after.doubled.length, "", 0),
  atMost("dead letters beside the poison", after.letters.filter((id) => id !== after.poison).length, "", 0),
  atLeast("the poison among the dead letters", after.letters.filter((id) => id === after.poison).length, "", 1),
  stated("from the last fault until all had ended", after.settledMs / 1000, "s"),
]);
const met = wrong.length === 0 && after.doubled.length === 0 && after.letters.join() === after.poison;
process.exitCode = met && after.faults.every(({ isHit }) => isHit) ? 0 : 1;
