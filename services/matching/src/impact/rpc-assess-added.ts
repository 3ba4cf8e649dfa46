import { setImmediate } from "node:timers/promises";
import { isNegative, mayDecide } from "@ntd/facts";
import type { AssessAddedRequest, AssessAddedResponse } from "@ntd/proto/matching/v1/list_impact_service";
import type { CallContext } from "@ntd/rpc";
import { Problem, Turns } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { LoadedSet, thresholdsOf } from "../lists/loaded-set.ts";
import { ReleaseBuilder } from "../entries/release-builder.ts";
import type { ReleaseEntries } from "../entries/release-entries.ts";
import { indexOptions } from "../search/index-options.ts";
import { DEFAULT_RECIPE } from "../search/search-plan.ts";
import type { KnownSet } from "../store.ts";
import { addedIn, idOfPlace, type Added } from "./added-entries.ts";
import { metRows } from "./met-rows.ts";
import { nearSets } from "./near-sets.ts";

/** Entries that are taken in at a stretch. */
const SLICE = 1000;
/** Each is of a release that is compared, once; who waits no more leaves, and its entries are no longer held. */
const MOST_WAITING = Number.POSITIVE_INFINITY;

type Needed = Pick<Deps, "collections" | "index" | "sources">;

/** What entries would meet that a list is about to add; one list after the other, since each is an index of its own. */
export function assessAdded(deps: Needed) {
  const turns = new Turns(1, MOST_WAITING, "");
  return async (requests: AsyncIterable<AssessAddedRequest>, context: CallContext): Promise<AssessAddedResponse> => {
    const added = await addedIn(requests);
    deps.index.requireReady();
    return await turns.take(context.signal, () => assess(deps, added, context.signal));
  };
}

async function assess(deps: Needed, added: Added, signal: AbortSignal): Promise<AssessAddedResponse> {
  const { setId, fingerprints } = added;
  const known = (await deps.collections.sets.load(setId))?.state;
  // The set's own event has yet to come.
  if (known === undefined) throw new Problem("PEER_UNAVAILABLE", "This set is not known here yet. Try again.");
  const recipe = known.policy?.recipe ?? DEFAULT_RECIPE;
  const near = (isOf: typeof isNegative) =>
    deps.index.withSets((sets) => nearSets(sets, { setId, recipe, fingerprints }, isOf));
  const nearNegativeCount = await near(isNegative);
  const nearPositiveCount = known.policy?.role === "SET_ROLE_NEGATIVE" ? await near(mayDecide) : undefined;
  await using entries = await built(deps, known, added);
  const met = await metRows(deps, new LoadedSet(known, entries), signal);
  const { metRows: metRowCount, rows: rowCount, isMore } = met;
  return {
    entryCount: fingerprints.length,
    nearNegativeCount,
    metEntryCount: met.entryIds.size,
    metRowCount,
    rowCount,
    isMore,
    ...(nearPositiveCount !== undefined && { nearPositiveCount }),
  };
}

async function built({ sources }: Needed, known: KnownSet, { fingerprints }: Added): Promise<ReleaseEntries> {
  const options = indexOptions({ entryCount: fingerprints.length }, sources.threads);
  using builder = new ReleaseBuilder(thresholdsOf(known), options, { threads: sources.threads });
  for (const [place, fingerprint] of fingerprints.entries()) {
    if (place % SLICE === 0) await setImmediate();
    builder.add({ entryId: idOfPlace(place), fingerprint, classification: undefined, votes: 0 });
  }
  return await builder.build();
}
