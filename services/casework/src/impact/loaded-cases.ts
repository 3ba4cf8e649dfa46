import { setImmediate } from "node:timers/promises";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";

/** So many cases are looked at for one answer. */
export const MOST_CASES = 10_000;
const TOGETHER = 20;

/** The named cases one by one, a few loaded at a time; what is not there is passed over. */
export async function* loadedCases(
  { cases }: Pick<Deps, "cases">,
  caseIds: readonly string[],
): AsyncGenerator<CaseFile, void, undefined> {
  for (let at = 0; at < caseIds.length; at += TOGETHER) {
    const loaded = await Promise.all(caseIds.slice(at, at + TOGETHER).map((id) => cases.load(id)));
    for (const document of loaded) if (document !== undefined) yield document.state;
    // A store in this process answers at once: others have their turn in between.
    await setImmediate();
  }
}
