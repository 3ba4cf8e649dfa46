import type { EntryOpinion, OpinionsTogether } from "@ntd/proto/hashlists/v1/opinion_service";
import { organisationKey } from "../members/organisation.ts";

export type Opinion = Exclude<EntryOpinion, "ENTRY_OPINION_UNSPECIFIED" | "UNRECOGNIZED">;

const POSITIVE = "ENTRY_OPINION_POSITIVE";
const SEED = "ENTRY_OPINION_SEED";
const NEGATIVE = "ENTRY_OPINION_NEGATIVE";

export function isOpinion(opinion: EntryOpinion): opinion is Opinion {
  return opinion === POSITIVE || opinion === SEED || opinion === NEGATIVE;
}

/** What one person says of an entry. */
export interface Given {
  person: string;
  /** For whom that person acted then. */
  organisation: string;
  /** Absent: it was withdrawn. */
  opinion?: Opinion;
  note: string;
  time: Date;
}

/** So many persons are kept of an entry; a set has fifty members at a time. */
export const MOST_OPINIONS = 100;

/**
 * What opinions say together: all the same, that; "negative" beside another one, disputed; else the highest of them.
 * Nothing of none.
 */
export function together(opinions: Iterable<Opinion>): OpinionsTogether {
  const said = new Set(opinions);
  if (said.has(NEGATIVE)) return said.size === 1 ? "OPINIONS_TOGETHER_NEGATIVE" : "OPINIONS_TOGETHER_DISPUTED";
  if (said.has(POSITIVE)) return "OPINIONS_TOGETHER_POSITIVE";
  return said.has(SEED) ? "OPINIONS_TOGETHER_SEED" : "OPINIONS_TOGETHER_UNSPECIFIED";
}

/** What is said of an entry that is listed, which is its uploader's positive. */
export function togetherListed(given: readonly Given[]): OpinionsTogether {
  return together([POSITIVE, ...saidIn(given)]);
}

/** The organisations whose persons together say that the entry belongs there: each has one vote. */
export function positiveOrganisations(given: readonly Given[]): number {
  const all = Map.groupBy(given, ({ organisation }) => organisationKey(organisation));
  return [...all.values()].filter((own) => together(saidIn(own)) === "OPINIONS_TOGETHER_POSITIVE").length;
}

/** With what a person says now in the place of what that person said before; what came later than it stays. */
export function withOpinion(given: readonly Given[], one: Given): readonly Given[] {
  const before = given.find(({ person }) => person === one.person);
  if (before !== undefined && before.time > one.time) return given;
  const all = [...given.filter((other) => other !== before), one];
  if (all.length <= MOST_OPINIONS) return all;
  // Withdrawn ones go first, and of the others what speaks against the entry last.
  const weight = ({ opinion }: Given) => (opinion === undefined ? 0 : opinion === NEGATIVE ? 2 : 1);
  const [least] = all.toSorted((a, b) => weight(a) - weight(b) || a.time.getTime() - b.time.getTime());
  return all.filter((other) => other !== least);
}

function saidIn(given: readonly Given[]): Opinion[] {
  return given.flatMap(({ opinion }) => opinion ?? []);
}
