import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { withMatch, type CaseFile } from "../cases/case.ts";
import { judged } from "../policies/judged.ts";
import { judgementOf } from "../policies/judgement.ts";
import { entryKey, sources, standingOf } from "./causes.ts";

/** Some entries, by `entryKey`. */
export type Entries = Pick<ReadonlySet<string>, "has">;

/**
 * Whether the "illegal" in force would be in doubt if all these entries were taken back at once, for this cause. It is
 * asked of the rule by which it would fall: the match as it would be told then.
 */
export function wouldFall(file: CaseFile, entries: Entries, cause: RevocationCause, now: Date): boolean {
  const { match } = file;
  if (match === undefined || standingOf(file) !== "STANDING_IN_FORCE") return false;
  const taken = new Map(sources(file).map(({ setId, entryId }) => [entryKey({ setId, entryId }), { setId, entryId }]));
  const gone = [...taken].filter(([key]) => entries.has(key));
  const revoked = gone.map(([, entry]) => ({ ...entry, cause, revokedBy: [] }));
  const hits = match.hits.filter((hit) => !entries.has(entryKey(hit)));
  const seen = withMatch(file, { ...match, hits, revoked: [...revoked, ...(match.revoked ?? [])] });
  return judged(file, seen, judgementOf(seen), { decision: undefined, now }).doubt !== undefined;
}
