import type { CaseFile } from "../cases/case.ts";
import { decisionIdOf } from "../cases/decision-id.ts";
import type { Deps } from "../deps.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import { precedentAmong, withoutPrecedent, withPrecedent, type Precedent } from "./precedent.ts";

/** Earlier and later episodes that are looked at. */
const EPISODES = 20;

/** What a person said earlier of what is there now; the prober counts episodes from 1. */
export async function precedentOf(deps: Pick<Deps, "cases">, file: CaseFile): Promise<Precedent | undefined> {
  return precedentAmong(await earlierOf(deps, file), file);
}

async function earlierOf({ cases }: Pick<Deps, "cases">, { targetId, episode }: CaseFile): Promise<CaseFile[]> {
  if (episode <= 1) return [];
  const where = { targetId, episode: { lt: episode } };
  const earlier = await cases.find({ where, orderBy: "episode", descending: true, limit: EPISODES });
  return earlier.map(({ state }) => state);
}

/** Takes over what a person said of an earlier episode, or is rid of what was changed there; a case that has it is left alone. */
export async function holdToPrecedent(deps: CaseWriter, caseId: string): Promise<void> {
  await writeCase(deps, caseId, async (file) => {
    if (file === undefined) return undefined;
    const earlier = await earlierOf(deps, file);
    const now = deps.clock.now();
    const after = withPrecedent(file, precedentAmong(earlier, file), decisionIdOf(file), now);
    return withoutPrecedent(after, earlier, now);
  });
}

/** Tells the later episodes of a case's target what a person decided in it. */
export async function holdLater(
  deps: CaseWriter,
  { targetId, episode }: Pick<CaseFile, "targetId" | "episode">,
): Promise<void> {
  const where = { targetId, episode: { gt: episode } };
  const later = await deps.cases.find({ where, orderBy: "episode", limit: EPISODES });
  for (const { id } of later) await holdToPrecedent(deps, id);
}
