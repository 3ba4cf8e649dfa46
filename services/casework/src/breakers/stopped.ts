import type { Hit } from "@ntd/proto/matching/v1/match";
import { nameOf } from "@ntd/facts";
import type { Deps } from "../deps.ts";
import { breakerIdOf, subjectsOfHit, type Subject } from "./subject.ts";

/** The first of the hits that decide, the best first, whose set and rule no breaker has stopped. */
export async function freeHit(deps: Pick<Deps, "breakers">, hits: readonly Hit[]): Promise<Hit | undefined> {
  for (const hit of hits) {
    const [set, rule] = subjectsOfHit(hit);
    const stopped = await Promise.all([isTripped(deps, set), isTripped(deps, rule)]);
    if (!stopped.includes(true)) return hit;
  }
  return undefined;
}

/** Whether what `person` decides is looked at by another one before it is told, under whatever kind of identity. */
export function isPersonStopped(deps: Pick<Deps, "breakers">, person: string): Promise<boolean> {
  return isTripped(deps, { kind: "person", name: nameOf(person) });
}

async function isTripped({ breakers }: Pick<Deps, "breakers">, subject: Subject): Promise<boolean> {
  return (await breakers.load(breakerIdOf(subject)))?.state.trip !== undefined;
}
