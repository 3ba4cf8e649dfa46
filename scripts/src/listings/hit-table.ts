import { Algorithm } from "@ntd/proto/common/v1/common";
import { SetRole, type Hit, type ItemMatch } from "@ntd/proto/matching/v1/match";
import { table } from "../cli/output.ts";
import { wordOf } from "../cli/words.ts";

const COLUMNS = [
  "algorithm",
  "distance",
  "form",
  "set",
  "role",
  "votes",
  "by chance",
  "classification",
  "bytes",
  "note",
];

/** What a case's hits are, without the fingerprints themselves. */
export function hitTable(hits: readonly Hit[]): string {
  const rows = hits.map((h) => [
    wordOf(Algorithm, h.algorithm),
    `${h.distance} of ${h.threshold}`,
    h.form,
    h.setId,
    wordOf(SetRole, h.setRole),
    h.votes,
    byChance(h.expectedFalseMatches),
    h.classification && `${h.classification.scheme} ${h.classification.code}`,
    bytesOf(h),
    [h.vetoedBySet && `vetoed by ${h.vetoedBySet}`, h.crossRecipe && "other recipe"].filter(Boolean).join(", "),
  ]);
  return table(COLUMNS, rows);
}

/** What a page shows that is listed, by the target that each is, or would be. */
export function itemTable(items: readonly ItemMatch[]): string {
  const rows = items.flatMap(({ itemTargetId, hits }) =>
    hits.map((h) => [
      itemTargetId,
      wordOf(Algorithm, h.algorithm),
      `${h.distance} of ${h.threshold}`,
      h.rendition ?? "",
      h.setId,
      wordOf(SetRole, h.setRole),
    ]),
  );
  return table(["embedded target", "algorithm", "distance", "of", "set", "role"], rows);
}

/** How long the listed file is and what was seen, where the two have to agree. */
function bytesOf({ entrySizeBytes: listed, querySizeBytes: seen }: Hit): string {
  if (listed === undefined) return "";
  return seen === undefined || seen === listed ? `${listed}` : `${listed}, seen: ${seen}`;
}

/** How many unrelated entries one look-up finds on average; equal bytes are no chance. */
function byChance(expected: number | undefined): string {
  return expected === undefined || expected === 0 ? "" : `< ${expected.toPrecision(1)}`;
}
