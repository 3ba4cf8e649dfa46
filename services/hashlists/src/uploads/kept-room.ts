import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { removePart } from "../entries/store-entries.ts";
import { stagedOf, type ReleaseState } from "../releases/release.ts";
import { STAGED_PIECE } from "./staged-bytes.ts";
import { withoutStaged } from "./upload-steps.ts";

type Needed = Pick<
  Deps,
  "releases" | "entries" | "prints" | "staged" | "refused" | "clock" | "maxKeptBytes" | "keptAreFull"
>;

/**
 * Whether one more piece of an upload may be kept, of all that is kept of whoever's uploads. Where it may not, of uploads
 * that broke off the oldest lapses, of the person of whom most is kept: nobody drives out what others would go on with.
 */
export async function hasRoom(deps: Needed): Promise<boolean> {
  const isFull = async () => ((await deps.staged.count()).count + 1) * STAGED_PIECE > deps.maxKeptBytes;
  let full = await isFull();
  while (full && (await lapseOldestOfMost(deps))) full = await isFull();
  deps.keptAreFull(full);
  return !full;
}

// False where all that is kept is of uploads that go on.
async function lapseOldestOfMost(deps: Needed): Promise<boolean> {
  const oldest = await oldestOfMost(deps);
  if (oldest === undefined) return false;
  await change(deps.releases, oldest.releaseId, (release) =>
    release?.stage.name === "abandoned" ? { state: withoutStaged(release, deps.clock.now()) } : undefined,
  );
  // What another attempt went on with by then is not named as left over, and stays.
  const now = (await deps.releases.load(oldest.releaseId))?.state;
  for (const part of partsOf(oldest)) {
    if (now?.leftovers.includes(part) !== false) await removePart(deps, part, new AbortController().signal);
  }
  return true;
}

async function oldestOfMost({ releases, staged }: Needed): Promise<ReleaseState | undefined> {
  const kept: { release: ReleaseState; pieces: number }[] = [];
  for await (const page of releases.pages({ orderBy: "stagedBy" }, 100)) {
    for (const { state } of page) {
      kept.push({ release: state, pieces: (await staged.count({ part: { in: partsOf(state) } })).count });
    }
  }
  const byPerson = [...Map.groupBy(kept, ({ release }) => release.uploadedBy).values()];
  const piecesOf = (all: typeof kept) => all.reduce((sum, { pieces }) => sum + pieces, 0);
  const [most = []] = byPerson.toSorted((a, b) => piecesOf(b) - piecesOf(a));
  const [oldest] = most.toSorted((a, b) => a.release.uploadedTime.getTime() - b.release.uploadedTime.getTime());
  return oldest?.release;
}

function partsOf({ staged = [] }: ReleaseState): string[] {
  return staged.map(({ part }) => stagedOf(part));
}
