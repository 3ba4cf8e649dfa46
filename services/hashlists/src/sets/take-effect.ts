import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { revoke } from "./hash-set.ts";
import { loadRevocation } from "../revocations/load-revocation.ts";
import { loadSet } from "./load-set.ts";
import { countRestored, countRevoked } from "../metrics.ts";
import { releaseEvent } from "./publish.ts";
import { takeEffect, type RevocationState, type TakenEffect } from "../revocations/revocation.ts";

type Needed = Pick<Deps, "sets" | "revocations" | "clock">;

/**
 * Lets an approved revocation or restoration take effect, once, however often and wherever it is begun: the set's document raises the
 * counter and tells it, then the revocation notes it. The one before is noted first, so that of those in effect only
 * the set's newest may be without its note.
 *
 * @throws Problem VERSION_CONFLICT after a hundred lost races; it is finished in the background then.
 */
export async function finishRevocation(needed: Needed, { setId, revocationId }: RevocationState): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const set = await loadSet(needed, setId);
    // Behind the set: if it took effect before the set was loaded, it is the set's newest or noted by now.
    const { state: revocation } = await loadRevocation(needed, revocationId);
    if (revocation.stage.name !== "approved") return;
    const { lastRevocation: last } = set.state;
    if (last !== undefined) await note(needed, last);
    if (last?.revocationId === revocationId) return;
    const now = needed.clock.now();
    const state = revoke(set.state, revocation, now);
    const event = releaseEvent(revocation.restores ? "restored" : "revoked", state, now);
    if ((await needed.sets.save(set, state, event)) === undefined) continue;
    if (revocation.restores) countRestored(revocation.entryCount);
    else countRevoked(revocation.entryCount);
    if (state.lastRevocation !== undefined) await note(needed, state.lastRevocation);
    return;
  }
  throw new Problem("VERSION_CONFLICT");
}

async function note({ revocations }: Needed, effect: TakenEffect): Promise<void> {
  await change(revocations, effect.revocationId, (revocation) => {
    const state = revocation && takeEffect(revocation, effect);
    return state && { state };
  });
}
