// What looking costs and how soon it begins: the prober's own loop over a real store, at hosts of a process of its own.
// `-- looks reports cost pages` runs the named parts.
import { measureCost } from "./eye-cost.ts";
import { measureLooks } from "./eye-looks.ts";
import { measurePages } from "./eye-pages.ts";
import { measureReports } from "./eye-reports.ts";
import { openStage } from "./eye-stage.ts";
import { report, type Figure } from "./report.ts";

const parts = { looks: measureLooks, cost: measureCost, reports: measureReports, pages: measurePages };

await using stage = await openStage();
const named = process.argv.slice(2);
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`${name} …`);
  figures.push(...(await measure(stage)));
}
report("eye", figures);
