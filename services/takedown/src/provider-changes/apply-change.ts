import { Problem } from "@ntd/service";
import { change, type Change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { TURN, type Turn } from "../store.ts";
import { applied, ended, isDue, type ProviderChange } from "./provider-change.ts";

/**
 * Puts an approved change in force. Changes are applied one after the other: whoever has the turn sees what all others
 * before it wrote, so that no two of them meet unseen. A turn that a crash left is ended first; each step may be begun
 * again at any point, also by two replicas at once.
 */
export async function applyChange(deps: Deps, changeId: string): Promise<ProviderChange> {
  for (;;) {
    const turn = await change(deps.turns, TURN, (state): Change<Turn> | undefined =>
      state?.changeId === undefined ? { state: { schemaVersion: 1, changeId } } : undefined,
    );
    const current = turn?.state.changeId ?? changeId;
    const done = await applyInTurn(deps, current);
    await change(deps.turns, TURN, (state): Change<Turn> | undefined =>
      state?.changeId === current ? { state: { schemaVersion: 1 } } : undefined,
    );
    if (current === changeId) return done;
  }
}

async function applyInTurn(deps: Deps, changeId: string): Promise<ProviderChange> {
  const found = await deps.providerChanges.load(changeId);
  if (found === undefined) throw new Problem("INTERNAL");
  if (!isDue(found.state)) return found.state;
  const refused = await writeProvider(deps, found.state);
  const time = deps.clock.now();
  const end = refused === undefined ? { is: "applied" as const, time } : { is: "refused" as const, time, why: refused };
  const saved = await change(deps.providerChanges, changeId, (state) => {
    const next = state && ended(state, end);
    return next === undefined || next === state ? undefined : { state: next };
  });
  return saved?.state ?? found.state;
}

/** @returns why it cannot be in force, undefined when it is. */
async function writeProvider(deps: Deps, approved: ProviderChange): Promise<string | undefined> {
  const { providerId, changeId } = approved;
  const told: { refused?: string } = {};
  const document = await change(deps.providers, providerId, async (state, version) => {
    delete told.refused;
    if (state?.changes.some((c) => c.changeId === changeId) === true) return undefined;
    await deps.directory.compare();
    const found = state && { state, version };
    const next = applied(approved, found, deps.directory.othersThan(providerId), deps.clock.now());
    if ("refused" in next) return void (told.refused = next.refused);
    return { state: next };
  });
  if (document !== undefined) deps.directory.take(document);
  return told.refused;
}
