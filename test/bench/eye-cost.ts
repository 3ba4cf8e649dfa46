import { eyes, type Stage } from "./eye-stage.ts";
import { looksOf, placesOf, warmUp } from "./eye-looks.ts";
import { stated, type Figure } from "./report.ts";

/** Processor time of the prober's process a look, its store's thread and its collecting included. */
export async function measureCost(stage: Stage): Promise<Figure[]> {
  const one = eyes.slice(0, 1);
  const both = ["browser", "declared"];
  const cases = {
    "one eye, seen again": { eyes: one, isOffered: false, seenBy: ["browser"], path: "/watched" },
    "two eyes, seen again (one asks)": { eyes, isOffered: true, seenBy: both, path: "/watched" },
    "two eyes, the first look after a notice was offered (both ask)": {
      eyes,
      isOffered: true,
      seenBy: ["browser"],
      path: "/watched",
    },
    "one eye, gone (404; a record is signed)": { eyes: one, isOffered: false, seenBy: ["browser"], path: "/gone" },
    "two eyes, gone (both ask, two records)": { eyes, isOffered: true, seenBy: both, path: "/gone" },
  };
  const figures: Figure[] = [];
  await warmUp(stage);
  const run = { hands: 64, forMs: 5000 };
  for (const [name, { path, ...given }] of Object.entries(cases)) {
    const places = placesOf(["fast"], 4000, path);
    const { processorMs } = await looksOf(stage, { ...run, ...given, places });
    figures.push(stated(`${name}: processor time a slot`, processorMs, "ms"));
  }
  return figures;
}
