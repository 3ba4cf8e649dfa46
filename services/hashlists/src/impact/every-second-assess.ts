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

/** While casework does not answer it is asked less and less often, up to so seldom. */
const PAUSE_MS = { first: 1000, most: 30_000 };

/**
 * Asks what would follow of what waits for a second person: of another policy, and of entries that are to be taken back.
 * Kept with it, as it was then; while casework does not answer it is asked again.
 */
export function startAssessing(deps: Needed): Loop {
  let pauseMs = PAUSE_MS.first;
  let pausedUntil = 0;
  return startLoop("assess", 1000, deps.log, async (stop) => {
    if (deps.casework === undefined || performance.now() < pausedUntil) return;
    if (await assessAll(deps, stop)) {
      pauseMs = PAUSE_MS.first;
      return;
    }
    pausedUntil = performance.now() + pauseMs;
    pauseMs = Math.min(2 * pauseMs, PAUSE_MS.most);
  });
}

/** Whether all that was asked was answered. */
async function assessAll(deps: Needed, stop: AbortSignal): Promise<boolean> {
  let isAnswered = true;
  const assess =
    <S>(one: (deps: Needed, state: S) => Promise<boolean>) =>
    async ({ state }: { state: S }) => {
      // Who did not answer for one does not for the next.
      isAnswered &&= await one(deps, state);
    };
  const sets = deps.sets.pages({ where: { unassessed: true } }, PAGE);
  await tryEach(sets, stop, assess(assessPolicies));
  const waiting = deps.revocations.pages({ where: { unassessed: true } }, PAGE);
  await tryEach(waiting, stop, assess(assessRevocation));
  return isAnswered;
}

async function assessPolicies({ sets, casework, clock, log }: Needed, set: HashSetState): Promise<boolean> {
  const { setId, policy: before } = set;
  for (const { changeId, policy: proposed } of unassessed(set)) {
    if (casework === undefined) return true;
    const asked = { setId, policy: before, ...(proposed && { proposed }) };
    const answer = await ifAnswered(log, () => casework.assessPolicy(asked, { deadline: ASKED_MS }));
    if (answer === undefined) return false;
    const effect = effectOf(answer, { before, proposed, now: clock.now() });
    await change(sets, setId, (now) => {
      const state = now && withEffect(now, changeId, effect);
      return state && { state };
    });
  }
  return true;
}

async function assessRevocation(deps: Needed, revocation: RevocationState): Promise<boolean> {
  const { revocationId, part } = revocation;
  const impact = await entriesImpact(deps, touchedBy(revocation, await frozenIds(deps, part)));
  if (impact === undefined) return false;
  await change(deps.revocations, revocationId, (now) => {
    if (now === undefined || !isUnassessed(now)) return undefined;
    return { state: { ...now, impact } };
  });
  return true;
}
