import { startLoop, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Deps } from "../deps.ts";

const PAGE = 500;

/** Removes records and answers that are too old. The newest answer stays: the places of those to come go on from it. */
export function startEveryMinuteTrim(deps: Deps): Loop {
  return startLoop("trim", 60_000, deps.log, (stop) => trim(deps, stop));
}

export async function trim({ records, answers, clock, keepMs }: Deps, stop: AbortSignal): Promise<void> {
  const lt = new Date(clock.now().getTime() - keepMs);
  await removeOlder(records, "receivedTime", lt);
  const [newest] = await answers.find({ orderBy: "place", descending: true, limit: 1 });
  for await (const page of answers.pages({ where: { actedTime: { lt } }, orderBy: "actedTime" }, PAGE)) {
    if (stop.aborted) return;
    await answers.remove(...page.map(({ id }) => id).filter((id) => id !== newest?.id));
  }
}
