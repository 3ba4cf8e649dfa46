import type { CaseFile } from "../cases/case.ts";
import { decisionIdOf } from "../cases/decision-id.ts";
import type { Deps } from "../deps.ts";
import { writeCase } from "../cases/write-case.ts";
import { precedentAmong, withPrecedent, type Precedent } from "./precedent.ts";

/** Earlier and later episodes that are looked at. */
const EPISODES = 20;

/** What a person said earlier of what is there now; the prober counts episodes from 1. */
export async function precedentOf({ cases }: Pick<Deps, "cases">, file: CaseFile): Promise<Precedent | undefined> {
  const { targetId, episode } = file;
  if (episode <= 1) return undefined;
  const where = { targetId, episode: { lt: episode } };
  const earlier = await cases.find({ where, orderBy: "episode", descending: true, limit: EPISODES });
  const files = earlier.map(({ state }) => state);
  return precedentAmong(files, file);
}

/** Takes over what a person said of an earlier episode; a case that has it already is left as it is. */
export async function holdToPrecedent(deps: Pick<Deps, "cases" | "clock">, caseId: string): Promise<void> {
  await writeCase(deps, caseId, async (file) => {
    const precedent = file && (await precedentOf(deps, file));
    return file && withPrecedent(file, precedent, decisionIdOf(file), deps.clock.now());
  });
}

/** Tells the later episodes of a case's target what a person decided in it. */
export async function holdLater(
  deps: Pick<Deps, "cases" | "clock">,
  { targetId, episode }: Pick<CaseFile, "targetId" | "episode">,
): Promise<void> {
  const where = { targetId, episode: { gt: episode } };
  const later = await deps.cases.find({ where, orderBy: "episode", limit: EPISODES });
  for (const { id } of later) await holdToPrecedent(deps, id);
}
