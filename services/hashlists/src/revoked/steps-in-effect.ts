import { setImmediate } from "node:timers/promises";
import { counterKey } from "../sets/counter-key.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import { packedBehind } from "./packed-behind.ts";
import { StepPacker, stepsOf, type PackedStepsState, type Source, type Taken } from "./packed-steps.ts";
import { revokedBy, type RevocationState } from "../revocations/revocation.ts";
import { frozenPieces } from "../revocations/store-revocations.ts";

/** Revocations that are read at once, and of which the ids are. */
const TOGETHER = { revocations: 50, ids: 16_000 };

/** A revocation or restoration in effect, and the counter with which it is. */
interface Step {
  counter: number;
  revocation: RevocationState;
}

export type StepCollections = Pick<Collections, "sets" | "revocations" | "revoked" | "packedSteps">;

/** What took effect in a set behind a counter and up to another one, by ascending counter. */
export async function* stepsIn(
  { revocations }: Pick<StepCollections, "revocations">,
  { setId, lastRevocation: last }: HashSetState,
  after: number,
  through: number,
): AsyncGenerator<Step, void, undefined> {
  if (last === undefined || last.counter <= after) return;
  // All but the last are noted in their own documents; of the last one only the set may know yet.
  const where = {
    effective: { gt: counterKey(setId, after), lt: counterKey(setId, Math.min(last.counter, through + 1)) },
  };
  for await (const page of revocations.pages({ where, orderBy: "effective" }, TOGETHER.revocations)) {
    for (const { state } of page) {
      if (state.stage.name === "effective") yield { counter: state.stage.counter, revocation: state };
    }
  }
  if (last.counter > through) return;
  const newest = await revocations.load(last.revocationId);
  if (newest !== undefined) yield { counter: last.counter, revocation: newest.state };
}

/**
 * The same with their ids, some at a time: what was packed before as it is, the rest one by one. Of that, what no other
 * step can come among any more is packed for who reads next.
 */
export async function* takenIn(
  collections: StepCollections,
  set: HashSetState,
  after: number,
  through: number,
): AsyncGenerator<Taken[], void, undefined> {
  if (set.lastRevocation === undefined || set.lastRevocation.counter <= after) return;
  let packed = 0;
  for await (const state of packedBehind(collections, set, after)) {
    yield* unpacked(collections, state, after, through);
    if (state.through >= through) return;
    packed = state.through;
    await setImmediate();
  }
  const packer = after <= packed ? new StepPacker(set.setId, packed) : undefined;
  for await (const some of idsOf(collections, stepsIn(collections, set, Math.max(after, packed), through))) {
    yield some.map(({ taken }) => taken);
    for (const { taken, source } of some) packer?.add(taken, source);
    for (const state of packer?.full() ?? []) keep(collections, state);
  }
}

// Nobody waits for it, and a store that is full, or held, goes without.
function keep({ packedSteps }: Pick<StepCollections, "packedSteps">, state: PackedStepsState): void {
  const document = { id: counterKey(state.setId, state.after), state };
  packedSteps.insertMany([document], { isBulk: true }).catch(() => undefined);
}

async function* unpacked(
  collections: Pick<StepCollections, "revoked">,
  state: PackedStepsState,
  after: number,
  through: number,
): AsyncGenerator<Taken[], void, undefined> {
  let some: Taken[] = [];
  for (const step of stepsOf(state)) {
    if (step.counter <= after) continue;
    if (step.counter > through) break;
    if ("ids" in step) {
      some.push(step);
      continue;
    }
    yield some;
    some = [];
    const { part, ...taken } = step;
    for await (const ids of frozenPieces(collections, part)) yield [{ ...taken, ids }];
  }
  yield some;
}

type Told = { taken: Taken; source: Source };

// Each with its ids, some at a time; those of a few revocations in one question.
async function* idsOf(
  { revoked }: Pick<StepCollections, "revoked">,
  steps: AsyncIterable<Step>,
): AsyncGenerator<Told[], void, undefined> {
  for await (const some of together(steps)) {
    const [first] = some;
    if (some.length === 1 && first !== undefined) {
      for await (const ids of frozenPieces({ revoked }, first.revocation.part)) yield [toldOf(first, ids)];
      continue;
    }
    const parts = some.map(({ revocation }) => revocation.part);
    const found = new Map<string, Uint8Array[]>();
    for await (const page of revoked.pages({ where: { part: { in: parts } } }, 2 * TOGETHER.revocations)) {
      for (const { state } of page) found.set(state.part, [...(found.get(state.part) ?? []), state.ids]);
    }
    yield some.flatMap((step) => (found.get(step.revocation.part) ?? []).map((ids) => toldOf(step, ids)));
    await setImmediate();
  }
}

function toldOf({ counter, revocation }: Step, ids: Uint8Array): Told {
  const { cause = "REVOCATION_CAUSE_UNSPECIFIED", restores = false, revocationId, part } = revocation;
  return { taken: { counter, cause, restores, revokedBy: revokedBy(revocation), ids }, source: { revocationId, part } };
}

async function* together(steps: AsyncIterable<Step>): AsyncGenerator<Step[], void, undefined> {
  let [some, count]: [Step[], number] = [[], 0];
  for await (const step of steps) {
    const { entryCount } = step.revocation;
    if (some.length === TOGETHER.revocations || (some.length > 0 && count + entryCount > TOGETHER.ids)) {
      yield some;
      [some, count] = [[], 0];
    }
    some.push(step);
    count += entryCount;
  }
  if (some.length > 0) yield some;
}
