// Fourteen days of a national hotline, lived through on a moved clock: `npm run drill` (NTD_DRILL_DAYS, NTD_DRILL_REPORTS).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atMost, report, stated } from "../bench/report.ts";
import { drill } from "./drill.ts";
import { tables } from "./table.ts";

const days = Number(process.env["NTD_DRILL_DAYS"] ?? 14);
const perDay = Number(process.env["NTD_DRILL_REPORTS"] ?? 40);
const started = performance.now();
const { courses, views, decided, steps } = await drill({ days, perDay, seed: 20_261_129 });
const text = tables(courses);
console.log(text);
const folder = join(import.meta.dirname, "../output/drill");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "drill.md"), text);
report("drill", [
  stated("days", days, ""),
  stated("reports", courses.length, ""),
  stated("steps of the clock", steps, ""),
  stated("time it took", (performance.now() - started) / 60_000, "min"),
  atMost("most looks by persons at one picture", views.most, "", 2),
  stated("looks by persons for each distinct picture looked at", views.all / Math.max(1, views.pictures), ""),
  stated("looks by persons for each decision", views.all / Math.max(1, decided), ""),
  stated("reports never looked at by a person", courses.filter(({ lane }) => lane === undefined).length, ""),
]);
