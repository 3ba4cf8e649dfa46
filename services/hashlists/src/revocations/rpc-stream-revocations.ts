import type { StreamRevocationsRequest, StreamRevocationsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { idTexts } from "../entries/entry-id.ts";
import { loadSet } from "../sets/load-set.ts";
import { revokedIn } from "./store-revocations.ts";
import type { Collections } from "../store.ts";

/** What was revoked in a set behind a counter, through the one that the set has. */
export function streamRevocations(collections: Pick<Collections, "sets" | "revocations" | "revoked">) {
  return async function* stream(request: StreamRevocationsRequest): AsyncGenerator<StreamRevocationsResponse> {
    const { state: set } = await loadSet(collections, request.setId);
    const throughCounter = BigInt(set.counter);
    for await (const { counter, ids, ...why } of revokedIn(collections, set, Number(request.afterCounter))) {
      yield { counter: BigInt(counter), entryIds: idTexts(ids), throughCounter, ...why };
    }
    yield { counter: 0n, entryIds: [], throughCounter, cause: "REVOCATION_CAUSE_UNSPECIFIED", revokedBy: [] };
  };
}
