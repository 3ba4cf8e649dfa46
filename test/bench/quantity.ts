// Every service with the stores of a country: filled once through the services' own constructors, kept under
// .ntd/bench/quantity, then measured. `-- takedown casework …` runs the named parts, `-- mongo …` at a tenth of the size on
// a container that speaks MongoDB's protocol, `-- hashlists 10000000` a list of so many entries.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { measureCasework } from "./quantity-casework.ts";
import { measureCompliance } from "./quantity-compliance.ts";
import { measureGrowth } from "./quantity-growth.ts";
import { measureConflicts } from "./quantity-conflicts.ts";
import { measureHashlists } from "./quantity-hashlists.ts";
import { measureResident } from "./quantity-hashlists-process.ts";
import { measureIntake } from "./quantity-intake.ts";
import { measurePolice } from "./quantity-police.ts";
import { measureProber } from "./quantity-prober.ts";
import { country, scaled } from "./quantity-sizes.ts";
import { databasesAt, filesIn } from "./quantity-stores.ts";
import { startMongoContainer } from "@ntd/testing";
import { measureMatching } from "./quantity-matching.ts";
import { measureStart } from "./quantity-start.ts";
import { measureTakedown } from "./quantity-takedown.ts";
import { report, type Figure } from "./report.ts";

const parts = {
  hashlists: measureHashlists,
  conflicts: measureConflicts,
  matching: measureMatching,
  prober: measureProber,
  casework: measureCasework,
  police: measurePolice,
  takedown: measureTakedown,
  compliance: measureCompliance,
  intake: measureIntake,
  growth: measureGrowth,
};

const words = process.argv.slice(2);
const isNumber = (word: string) => /^\d+$/.test(word);
const named = words.filter((word) => word !== "mongo" && !isNumber(word));
const lists = Number(words.find(isNumber) ?? country.lists);
const onMongo = words.includes("mongo");
await using container = onMongo ? await startMongoContainer() : undefined;
const dir = join(import.meta.dirname, "../../.ntd/bench/quantity");
mkdirSync(dir, { recursive: true });
const stores = container === undefined ? filesIn(dir) : databasesAt(container.url);
const sizes = container === undefined ? { ...country, lists } : scaled(country, 0.1);
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`${name} …`);
  figures.push(...(await measure(stores, sizes)));
}
// The last ones: with what the others have filled.
if (!onMongo && (named.length === 0 || named.includes("hashlists")))
  figures.push(...(await measureResident(dir, lists)));
if (!onMongo && (named.length === 0 || named.includes("start"))) figures.push(...(await measureStart(dir)));
report(onMongo ? "quantity-mongo" : "quantity", figures);
