import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { showWords } from "../metrics.ts";

/** How many reports without an address wait for a person to read them. */
export function startEveryMinuteCountWords(deps: Deps): Loop {
  return startLoop("count words", 60_000, deps.log, async () => showWords(await countWords(deps)));
}

export async function countWords({ cases }: Pick<Deps, "cases">): Promise<number> {
  return (await cases.count({ wordsWait: true })).count;
}
