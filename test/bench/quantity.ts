// Every service with the stores of a country: filled once through the services' own constructors, kept under
// .ntd/bench/quantity, then measured. `-- takedown casework …` runs the named parts.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { measureCasework } from "./quantity-casework.ts";
import { measureCompliance } from "./quantity-compliance.ts";
import { measureProber } from "./quantity-prober.ts";
import { country } from "./quantity-sizes.ts";
import { measureMatching } from "./quantity-matching.ts";
import { measureTakedown } from "./quantity-takedown.ts";
import { report, type Figure } from "./report.ts";

const parts = {
  matching: measureMatching,
  prober: measureProber,
  casework: measureCasework,
  takedown: measureTakedown,
  compliance: measureCompliance,
};

const named = process.argv.slice(2);
const dir = join(import.meta.dirname, "../../.ntd/bench/quantity");
mkdirSync(dir, { recursive: true });
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`${name} …`);
  figures.push(...(await measure(dir, country)));
}
report("quantity", figures);
