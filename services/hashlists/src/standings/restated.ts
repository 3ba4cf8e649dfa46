import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { entriesIn } from "../entries/find-entries.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import { cameBack } from "./standing.ts";
import { toldBehind } from "./told-behind.ts";

/** The entries of a set of which something else counts behind a counter; with their fingerprints where they came back. */
export async function* restatedBehind(
  collections: Pick<Collections, "opinions" | "entries" | "prints">,
  set: HashSetState,
  after: number,
  layers: readonly string[],
): AsyncGenerator<Entry[], void, undefined> {
  const back = new Set<string>();
  for await (const some of toldBehind(collections, set, after)) {
    for (const { entryId, told } of some) if (cameBack(told, after)) back.add(entryId);
    yield some.map(({ entryId }) => ({ entryId, fingerprint: undefined, classification: undefined, votes: 0 }));
  }
  if (back.size > 0) yield* entriesIn(collections, layers, back);
}
