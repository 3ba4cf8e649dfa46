import { setImmediate } from "node:timers/promises";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { ID_BYTES, idBytes, idKeys } from "../entries/entry-id.ts";
import { counterKey } from "../sets/counter-key.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { revokedBy, type RevocationState } from "./revocation.ts";
import type { Collections } from "../store.ts";

/** Ids in one document. */
const CHUNK = 1000;
/** Documents that are written or read at once. */
const AT_ONCE = 16;
/** Revocations that are read at once, and of which the ids are: of years there are very many, each of a few entries. */
const TOGETHER = { revocations: 50, ids: AT_ONCE * CHUNK };

/** Freezes ids under `part`, the same ones however often it is begun. */
export async function freezeIds(
  { revoked }: Pick<Collections, "revoked">,
  part: string,
  ids: readonly string[],
): Promise<void> {
  const documents = Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, i) => ({
    id: `${part}.${String(i).padStart(4, "0")}`,
    state: { schemaVersion: 1 as const, part, ids: idBytes(ids.slice(i * CHUNK, (i + 1) * CHUNK)) },
  }));
  for (let at = 0; at < documents.length; at += AT_ONCE) {
    await revoked.insertMany(documents.slice(at, at + AT_ONCE));
    await setImmediate();
  }
}

/** Ids, as bytes, that took effect with a counter, why, and by whose word. */
export interface Revoked {
  counter: number;
  ids: Uint8Array;
  cause: RevocationCause;
  revokedBy: string[];
}

/** A revocation or restoration in effect, and the counter with which it is. */
interface Step {
  counter: number;
  revocation: RevocationState;
}

type Needed = Pick<Collections, "revocations" | "revoked">;

/** What took effect in a set behind a counter and up to another one, by ascending counter. */
export async function* stepsIn(
  { revocations }: Pick<Needed, "revocations">,
  { setId, lastRevocation: last }: HashSetState,
  after: number,
  through: number,
  isWanted: (revocation: RevocationState) => boolean = () => true,
): AsyncGenerator<Step, void, undefined> {
  if (last === undefined || last.counter <= after) return;
  // All but the last are noted in their own documents; of the last one only the set may know yet.
  const where = {
    effective: { gt: counterKey(setId, after), lt: counterKey(setId, Math.min(last.counter, through + 1)) },
  };
  for await (const page of revocations.pages({ where, orderBy: "effective" }, TOGETHER.revocations)) {
    for (const { state } of page) {
      if (state.stage.name !== "effective" || !isWanted(state)) continue;
      yield { counter: state.stage.counter, revocation: state };
    }
  }
  if (last.counter > through) return;
  const newest = await revocations.load(last.revocationId);
  if (newest !== undefined && isWanted(newest.state)) yield { counter: last.counter, revocation: newest.state };
}

/**
 * The ids, as bytes, that were revoked in a set behind a counter and are still at a later one (the set's own unless told),
 * by ascending counter.
 */
export async function* revokedIn(
  collections: Needed,
  set: HashSetState,
  after: number,
  through: number = set.counter,
): AsyncGenerator<Revoked, void, undefined> {
  const restored = await restoredIn(collections, set, after, through);
  const revocations = stepsIn(collections, set, after, through, ({ restores }) => restores !== true);
  for await (const { counter, revocation, ids } of idsOf(collections, revocations)) {
    const { cause = "REVOCATION_CAUSE_UNSPECIFIED" } = revocation;
    const left = restored.size === 0 ? ids : without(ids, (key) => (restored.get(key) ?? 0) > counter);
    if (left.length > 0) yield { counter, ids: left, cause, revokedBy: revokedBy(revocation) };
  }
}

// Each with its ids, some at a time; those of a few revocations in one question.
async function* idsOf(
  { revoked }: Pick<Needed, "revoked">,
  steps: AsyncIterable<Step>,
): AsyncGenerator<Step & { ids: Uint8Array }, void, undefined> {
  for await (const some of together(steps)) {
    const [first] = some;
    if (some.length === 1 && first !== undefined) {
      for await (const ids of frozen({ revoked }, first.revocation)) yield { ...first, ids };
      continue;
    }
    const parts = some.map(({ revocation }) => revocation.part);
    const found = new Map<string, Uint8Array[]>();
    for await (const page of revoked.pages({ where: { part: { in: parts } } }, 2 * TOGETHER.revocations)) {
      for (const { state } of page) found.set(state.part, [...(found.get(state.part) ?? []), state.ids]);
    }
    for (const step of some) for (const ids of found.get(step.revocation.part) ?? []) yield { ...step, ids };
    await setImmediate();
  }
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

/** The ids, by their keys, that were restored in a set behind a counter and up to another one, and when that was last. */
export async function restoredIn(
  collections: Needed,
  set: HashSetState,
  after: number,
  through: number,
): Promise<ReadonlyMap<string, number>> {
  const restored = new Map<string, number>();
  if ((set.restoredCounter ?? 0) <= after) return restored;
  const restorations = stepsIn(collections, set, after, through, ({ restores }) => restores === true);
  for await (const { counter, ids } of idsOf(collections, restorations)) {
    for (const key of idKeys(ids)) restored.set(key, counter);
  }
  return restored;
}

/** All ids that hang on `part`, one behind the other. */
export async function frozenIds({ revoked }: Pick<Collections, "revoked">, part: string): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const page of revoked.pages({ where: { part } }, AT_ONCE)) all.push(...page.map(({ state }) => state.ids));
  return Buffer.concat(all);
}

async function* frozen(
  { revoked }: Pick<Needed, "revoked">,
  { part }: RevocationState,
): AsyncGenerator<Uint8Array, void> {
  for await (const page of revoked.pages({ where: { part } }, AT_ONCE)) {
    for (const { state } of page) yield state.ids;
    await setImmediate();
  }
}

function without(ids: Uint8Array, isGone: (key: string) => boolean): Uint8Array {
  const keys = idKeys(ids);
  const kept = keys.flatMap((key, i) => (isGone(key) ? [] : [ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES)]));
  return kept.length === keys.length ? ids : Buffer.concat(kept);
}
