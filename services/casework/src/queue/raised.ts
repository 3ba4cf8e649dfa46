import { isVictimReported } from "@ntd/facts";
import type { CaseFile } from "../cases/case.ts";
import { isRaisedByIcse } from "../icse/icse.ts";

/**
 * Whether a person looks sooner: by who reported it, by what the link to the image database answers, because lists call it by
 * a code of the most urgent ones, or because a child said so of itself. Not by likeness alone to what two persons called innocent: anybody can send a hash of anything.
 */
export function isRaised(file: CaseFile): boolean {
  const { reports, match } = file;
  const isSaid = match?.hits.some((hit) => isVictimReported(hit) && (hit.vetoedBySet ?? "") === "") ?? false;
  return reports.raised || isRaisedByIcse(file) || match?.urgency === 0 || isSaid;
}
