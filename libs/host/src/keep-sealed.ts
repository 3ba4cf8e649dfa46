import { resealed, type Clock, type Sealer } from "@ntd/service";
import { change, type Collection } from "@ntd/store";

/**
 * Seals what a document holds anew, under the keys of legal holds, in a write of its own: nothing is written where that
 * is done, or where there is no such document. No event tells it: nothing that is said changes.
 *
 * @throws Problem SEALING_KEY_NEWER when a key has not come here yet; what the store throws.
 */
export async function keepSealed<S, F extends string>(
  { sealer, clock }: { sealer: Sealer; clock: Clock },
  collection: Collection<S, F>,
  id: string,
): Promise<void> {
  await change(collection, id, (before) => {
    const state = before && resealed(before, sealer, clock.now());
    return state === undefined || state === before ? undefined : { state };
  });
}
