import { startLoop, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { frozenIds } from "../revocations/store-revocations.ts";
import { entriesImpact, touchedBy } from "./entries-impact.ts";
import { FairTurns, type Waiting } from "./fair-turns.ts";
import { ASKED_MS, ifAnswered } from "./peers.ts";
import { effectOf, withEffect } from "./policy-effect.ts";
import { isUnassessed, unassessed } from "./unassessed.ts";

type Needed = Pick<Deps, "sets" | "revocations" | "revoked" | "casework" | "clock" | "log">;

const PAGE = 20;

/** What casework does not answer is asked less and less often; what takes it long keeps nothing else waiting. */
const LIMITS = { lanes: 4, firstPauseMs: 1000, mostPauseMs: 30_000 };

/**
 * Asks what would follow of what waits for a second person: of another policy, and of entries that are to be taken back.
 * Kept with it, as it was then; while casework does not answer it is asked again.
 */
export function startAssessing(deps: Needed): Loop {
  const turns = new FairTurns(LIMITS);
  const loop = startLoop("assess", 1000, deps.log, async (stop) => {
    if (deps.casework === undefined) return;
    const waiting = [...(await waitingPolicies(deps, stop)), ...(await waitingRevocations(deps, stop))];
    if (!stop.aborted) turns.begin(waiting, performance.now(), () => loop.kick());
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await turns.idle();
    },
  };
}

async function waitingPolicies(deps: Needed, stop: AbortSignal): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for await (const page of deps.sets.pages({ where: { unassessed: true } }, PAGE)) {
    for (const { id, state } of page) {
      for (const { changeId } of unassessed(state)) {
        waiting.push({ key: `change ${id} ${changeId}`, work: () => assessPolicy(deps, id, changeId, stop) });
      }
    }
  }
  return waiting;
}

async function waitingRevocations(deps: Needed, stop: AbortSignal): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for await (const page of deps.revocations.pages({ where: { unassessed: true } }, PAGE)) {
    for (const { id } of page) waiting.push({ key: `revocation ${id}`, work: () => assessRevocation(deps, id, stop) });
  }
  return waiting;
}

async function assessPolicy(
  { sets, casework, clock, log }: Needed,
  setId: string,
  changeId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const set = (await sets.load(setId))?.state;
  const waiting = set && unassessed(set).find((one) => one.changeId === changeId);
  if (set === undefined || waiting === undefined || casework === undefined) return true;
  const { policy: proposed } = waiting;
  const { policy: before } = set;
  const asked = { setId, policy: before, ...(proposed && { proposed }) };
  const answer = await ifAnswered(log, () => casework.assessPolicy(asked, { deadline: ASKED_MS, signal }));
  if (answer === undefined) return false;
  const effect = effectOf(answer, { before, proposed, now: clock.now() });
  await change(sets, setId, (now) => {
    const state = now && withEffect(now, changeId, effect);
    return state && { state };
  });
  return true;
}

async function assessRevocation(deps: Needed, revocationId: string, signal: AbortSignal): Promise<boolean> {
  const revocation = (await deps.revocations.load(revocationId))?.state;
  if (revocation === undefined || !isUnassessed(revocation)) return true;
  const touched = touchedBy(revocation, await frozenIds(deps, revocation.part));
  const impact = await entriesImpact(deps, touched, signal);
  if (impact === undefined) return false;
  await change(deps.revocations, revocationId, (now) => {
    if (now === undefined || !isUnassessed(now)) return undefined;
    return { state: { ...now, impact } };
  });
  return true;
}
