import type { EntryOpinions } from "@ntd/proto/hashlists/v1/opinion_service";
import type { Deps } from "../deps.ts";
import { ALGORITHMS } from "../chunks/entry-chunk.ts";
import { keyOf } from "../entries/entry-id.ts";
import { valuesOf } from "../chunks/chunk-columns.ts";
import { noteRead } from "../history/entries-read.ts";
import { layersIn } from "../releases/release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { placesOf } from "../views/release-entries.ts";

type Needed = Pick<Deps, "releases" | "entries" | "prints" | "reads" | "clock">;

/** A film has up to a thousand frames: by how they begin it is told apart. */
const MOST_BYTES = 64;

/** What is said of entries, with their hashes where the release in force lists them. Who sees them is in the history. */
export async function withHashes(
  needed: Needed,
  set: HashSetState,
  said: EntryOpinions[],
  by: string,
): Promise<EntryOpinions[]> {
  const { setId, active } = set;
  const release = active && (await needed.releases.load(active.releaseId));
  const layers = release && layersIn(release.state);
  if (active === undefined || layers === undefined || said.length === 0) return said;
  const places = await placesOf(needed, { layers }, new Set(said.map(({ entryId }) => keyOf(entryId))));
  const read = { setId, releaseId: active.releaseId, by, entryCount: places.size, now: needed.clock.now() };
  await noteRead(needed, read);
  return said.map((one) => {
    const place = places.get(keyOf(one.entryId));
    if (place === undefined) return one;
    const { chunk, i } = place;
    const value = Uint8Array.from(valuesOf(chunk)(i).subarray(0, MOST_BYTES));
    return { ...one, algorithm: `ALGORITHM_${ALGORITHMS[chunk.algorithms[i] ?? 0] ?? "MD5"}`, value };
  });
}
