import type { StreamRevocationsRequest, StreamRevocationsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { idTexts } from "../entries/entry-id.ts";
import { loadSet } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { revokedIn, type Revoked } from "../revoked/revoked-in.ts";
import type { StepCollections } from "../revoked/steps-in-effect.ts";

/** Ids that are told together at the most, and some. */
const TOGETHER = 2000;

/** What was revoked in a set behind a counter, through the one that the set has. */
export function streamRevocations(collections: Pick<Collections, "sets"> & StepCollections) {
  return async function* stream(request: StreamRevocationsRequest): AsyncGenerator<StreamRevocationsResponse> {
    const { state: set } = await loadSet(collections, request.setId);
    const throughCounter = BigInt(set.counter);
    const revoked = revokedIn(collections, set, Number(request.afterCounter));
    for await (const one of request.together === true ? together(revoked) : each(revoked)) {
      const { counter, entryIds, cause, revokedBy } = one;
      yield { counter: BigInt(counter), entryIds, throughCounter, cause, revokedBy: [...revokedBy] };
    }
    yield { counter: 0n, entryIds: [], throughCounter, cause: "REVOCATION_CAUSE_UNSPECIFIED", revokedBy: [] };
  };
}

type Told = Omit<Revoked, "ids"> & { entryIds: string[] };

async function* each(revoked: AsyncIterable<Revoked[]>): AsyncGenerator<Told, void, undefined> {
  for await (const some of revoked) for (const { ids, ...one } of some) yield { ...one, entryIds: idTexts(ids) };
}

// Those of one cause and one word, of a few hundred revocations: as many messages as these would take longer than to find
// what is in them. Of an entry that comes twice the first counts.
async function* together(revoked: AsyncIterable<Revoked[]>): AsyncGenerator<Told, void, undefined> {
  let [waiting, told] = [new Map<string, Told>(), new Set<string>()];
  for await (const some of revoked) {
    for (const { ids, ...one } of some) {
      const key = `${one.cause} ${one.revokedBy.join(" ")}`;
      const of = waiting.get(key) ?? { ...one, entryIds: [] };
      waiting.set(key, of);
      of.counter = one.counter;
      for (const id of idTexts(ids)) {
        if (!told.has(id)) of.entryIds.push(id);
        told.add(id);
      }
      if (told.size < TOGETHER) continue;
      yield* waiting.values();
      [waiting, told] = [new Map(), new Set()];
    }
  }
  yield* waiting.values();
}
