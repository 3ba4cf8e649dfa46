import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { CaseFile } from "../cases/case.ts";
import { sha256Of } from "../precedents/decided-on.ts";
import { sha256In } from "../views/seen-file.ts";
import type { SeenMatch } from "./seen.ts";

/**
 * A match without what lists have of the very file that a person saw and decided illegal here: that decision may be why they
 * have it, and its doubt why they have it no more.
 */
export function withoutOwnEntries(file: CaseFile, match: SeenMatch): SeenMatch {
  const last = file.decisions.at(-1);
  if (last?.verdict !== "VERDICT_ILLEGAL") return match;
  return { ...match, hits: match.hits.filter((hit) => !isOwn(file, last, hit)) };
}

function isOwn(file: CaseFile, { seen, clusterCaseId }: Decision, hit: Hit): boolean {
  if (hit.setRole !== "SET_ROLE_POSITIVE") return false;
  // Of a cluster one picture was seen, and the others were confirmed with it.
  if (clusterCaseId !== undefined) return true;
  const isOfFile = seen !== undefined && sha256In(seen.fingerprints) === sha256Of(file);
  // A film is found by some of its frames.
  const isEqual = hit.distance === 0 || hit.algorithm === "ALGORITHM_VPDQ";
  return isOfFile && isEqual && seen.fingerprints.some(({ algorithm }) => algorithm === hit.algorithm);
}
