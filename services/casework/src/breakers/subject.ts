import { isByMachine, nameOf } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { derivedId } from "@ntd/service";
import { groundsInBasis } from "../policies/grounds.ts";

/** What a breaker stops: automatic decisions from a set or by a kind of hit, or what a person decides. */
export interface Subject {
  kind: "set" | "rule" | "person";
  name: string;
}

type By = Pick<Decision, "decidedBy" | "basis">;

/** Whose a decision is: its set or its person, and its rule where a machine made it by one. */
export function subjectsOf(decision: By): Subject[] {
  if (!isByMachine(decision)) return [{ kind: "person", name: nameOf(decision.decidedBy) }];
  const hit = groundsInBasis(decision.basis)?.hits[0];
  return hit === undefined ? [] : subjectsOfHit(hit);
}

export function subjectsOfHit({ setId, algorithm }: Pick<Hit, "setId" | "algorithm">): [Subject, Subject] {
  return [
    { kind: "set", name: setId },
    { kind: "rule", name: ruleOf(algorithm) },
  ];
}

/** One text for each subject: what its facts are found by. */
export function keyOf({ kind, name }: Subject): string {
  return `${kind} ${name}`;
}

export function breakerIdOf({ kind, name }: Subject): string {
  return derivedId("breaker", kind, name);
}

/** The key of the set or the person, and that of the rule. */
export function keysOf(subjects: readonly Subject[]): { by?: string; rule?: string } {
  const by = subjects.find(({ kind }) => kind !== "rule");
  const rule = subjects.find(({ kind }) => kind === "rule");
  return { ...(by && { by: keyOf(by) }), ...(rule && { rule: keyOf(rule) }) };
}

/** By what kind of hit a machine decided. MD5 and SHA-1 decide together, whichever of them the basis names. */
export function ruleOf(algorithm: Hit["algorithm"]): string {
  if (algorithm === "ALGORITHM_MD5" || algorithm === "ALGORITHM_SHA1") return "md5+sha1";
  return algorithm.replace("ALGORITHM_", "").toLowerCase();
}
