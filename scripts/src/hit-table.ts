import { Algorithm } from "@ntd/proto/common/v1/common";
import { SetRole, type Hit } from "@ntd/proto/matching/v1/match";
import { table } from "./output.ts";
import { wordOf } from "./words.ts";

/** What a case's hits are, without the fingerprints themselves. */
export function hitTable(hits: readonly Hit[]): string {
  const rows = hits.map((h) => {
    const distance = `${h.distance} of ${h.threshold}`;
    const classification = h.classification && `${h.classification.scheme} ${h.classification.code}`;
    return [
      wordOf(Algorithm, h.algorithm),
      distance,
      h.form,
      h.setId,
      wordOf(SetRole, h.setRole),
      h.votes,
      classification,
    ];
  });
  return table(["algorithm", "distance", "form", "set", "role", "votes", "classification"], rows);
}
