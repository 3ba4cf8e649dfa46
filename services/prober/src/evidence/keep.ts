import { derivedId, type Signer } from "@ntd/service";
import type { Collection } from "@ntd/store";
import { decide, type Rules } from "../targets/target.ts";
import type { Slot } from "../targets/slot.ts";
import type { Target } from "../targets/target-state.ts";
import type { ClockReading } from "./clock.ts";
import { founds } from "./founds.ts";
import { EVIDENCE_TYP, recordOf, type Judge, type LookWithAnswer, type Occasion } from "./record.ts";

/** The signed record of one look. It is never changed, and kept. */
export interface Evidence {
  schemaVersion: 1;
  /** Exactly the bytes that were signed. */
  record: Uint8Array;
  /** Detached JWS over them. */
  signature: string;
}

export interface KeepDeps {
  evidence: Collection<Evidence>;
  evidenceSigner: Signer;
  judge: Judge;
  clockReading: () => ClockReading;
  rules: Rules;
}

/** A slot whose looks may have been answered. */
export interface AnsweredSlot extends Slot {
  looks: readonly LookWithAnswer[];
}

/**
 * The slot with the ids of the records of its looks, if anything is founded on them. The records are durable before the
 * ids can be saved: a crash in between leaves records that nobody names, never an id without a record.
 */
export async function withEvidence(deps: KeepDeps, target: Target, slot: AnsweredSlot): Promise<Slot> {
  const after = decide(target, slot, deps.rules);
  if (!founds(target, after)) return slot;
  const occasion = { targetId: target.targetId, episode: after.episode, claim: target.work.claim };
  const clock = deps.clockReading();
  const looks = slot.looks.map(async (look) => ({ ...look, evidenceId: await kept(deps, occasion, look, clock) }));
  return { ...slot, looks: await Promise.all(looks) };
}

async function kept(
  { evidence, evidenceSigner, judge }: KeepDeps,
  occasion: Occasion,
  look: LookWithAnswer,
  clock: ClockReading,
): Promise<string> {
  const { targetId, episode, claim } = occasion;
  const id = derivedId("evidence", targetId, episode, claim, look.eye.name);
  const record = recordOf(occasion, look, judge, clock);
  const signature = await evidenceSigner.sign(record, EVIDENCE_TYP);
  // Where it is already, a save that was refused is decided once more on the same looks.
  await evidence.insert(id, { schemaVersion: 1, record, signature });
  return id;
}
