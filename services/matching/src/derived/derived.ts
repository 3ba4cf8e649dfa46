import { BYTES } from "../search/search-plan.ts";
import { isId } from "../entries/packed-id.ts";
import type { DerivedFingerprint } from "@ntd/proto/common/v1/common";
import type { Derived } from "@ntd/proto/prober/v1/target";
import { uuidOfHex } from "@ntd/service";

/** What the pictures of a target that a person decided illegal would be after some edits. */
export interface DerivedOf {
  schemaVersion: 1;
  targetId: string;
  /** Of the target, as seen last. */
  targetVersion: number;
  /** Of all its contents; empty: none of them is decided illegal any more. */
  fingerprints: DerivedFingerprint[];
  /** The set's counter with which these came in force; absent until that was raised. */
  counter?: number;
}

/**
 * Takes over what the newest version of a target tells, the whole of it; undefined when that is nothing new. Who was told of
 * nothing keeps nothing; who was told that nothing is left knows it also when what was before comes later.
 */
export function takeDerived(
  known: DerivedOf | undefined,
  { targetId, version, told }: { targetId: string; version: number; told: Derived | undefined },
): DerivedOf | undefined {
  if (known === undefined && told === undefined) return undefined;
  if (known !== undefined && version <= known.targetVersion) return undefined;
  const fingerprints = (told?.contents ?? []).flatMap((content) => content.fingerprints.filter(isWhole));
  const next: DerivedOf = { schemaVersion: 1, targetId, targetVersion: version, fingerprints };
  if (known?.counter === undefined || !sameFingerprints(known.fingerprints, fingerprints)) return next;
  return withCounter(next, known.counter);
}

/** In force, or taken out, from a counter on. */
export function withCounter(state: DerivedOf, counter: number): DerivedOf {
  return { ...state, counter };
}

/** Entries have the target's id: of a target that has none there are none. */
export function isListed({ targetId, fingerprints }: DerivedOf): boolean {
  return fingerprints.length > 0 && isId(entryIdOf(targetId));
}

/** The id of a target, 32 hexadecimal digits, as that of an entry, which has hyphens. */
export function entryIdOf(targetId: string): string {
  return targetId.length === 32 ? uuidOfHex(targetId) : targetId;
}

/** And back. */
export function targetIdOf(entryId: string): string {
  return entryId.replaceAll("-", "");
}

function isWhole({ pdq }: DerivedFingerprint): boolean {
  return pdq.length === BYTES.ALGORITHM_PDQ;
}

function sameFingerprints(some: readonly DerivedFingerprint[], others: readonly DerivedFingerprint[]): boolean {
  const told = ({ edit, pdq, quality }: DerivedFingerprint) => [edit, quality, Buffer.from(pdq).toString("hex")];
  return JSON.stringify(some.map(told)) === JSON.stringify(others.map(told));
}
