import { startLoop, tryEach, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { RevocationState } from "../revocations/revocation.ts";
import { frozenIds } from "../revocations/store-revocations.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { entriesImpact, touchedBy } from "./entries-impact.ts";
import { ASKED_MS, ifAnswered } from "./peers.ts";
import { effectOf, withEffect } from "./policy-effect.ts";
import { isUnassessed, unassessed } from "./unassessed.ts";

type Needed = Pick<Deps, "sets" | "revocations" | "revoked" | "casework" | "clock" | "log">;

const PAGE = 20;

/**
 * Asks what would follow of what waits for a second person: of another policy, and of entries that are to be taken back.
 * Kept with it, as it was then; while casework does not answer it is asked again.
 */
export function startAssessing(deps: Needed): Loop {
  return startLoop("assess", 1000, deps.log, async (stop) => {
    if (deps.casework === undefined) return;
    await tryEach(deps.sets.pages({ where: { unassessed: true } }, PAGE), stop, ({ state }) =>
      assessPolicies(deps, state),
    );
    const waiting = deps.revocations.pages({ where: { unassessed: true } }, PAGE);
    await tryEach(waiting, stop, ({ state }) => assessRevocation(deps, state));
  });
}

async function assessPolicies({ sets, casework, clock, log }: Needed, set: HashSetState): Promise<void> {
  const { setId, policy: before } = set;
  for (const { changeId, policy: proposed } of unassessed(set)) {
    if (casework === undefined || proposed === undefined) return;
    const asked = { setId, policy: before, proposed };
    const answer = await ifAnswered(log, () => casework.assessPolicy(asked, { deadline: ASKED_MS }));
    if (answer === undefined) return;
    const effect = effectOf(answer, { before, proposed, now: clock.now() });
    await change(sets, setId, (now) => {
      const state = now && withEffect(now, changeId, effect);
      return state && { state };
    });
  }
}

async function assessRevocation(deps: Needed, revocation: RevocationState): Promise<void> {
  const { revocationId, part } = revocation;
  const impact = await entriesImpact(deps, touchedBy(revocation, await frozenIds(deps, part)));
  if (impact === undefined) return;
  await change(deps.revocations, revocationId, (now) => {
    if (now === undefined || !isUnassessed(now)) return undefined;
    return { state: { ...now, impact } };
  });
}
