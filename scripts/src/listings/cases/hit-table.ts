import { CaseState, Verdict } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import { Algorithm } from "@ntd/proto/common/v1/common";
import { SetRole, type FilmMatch, type Hit, type ItemCounts, type ItemMatch } from "@ntd/proto/matching/v1/match";
import { table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

const COLUMNS = [
  "algorithm",
  "distance",
  "form",
  "of",
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
    shownAs(h),
    h.setId,
    wordOf(SetRole, h.setRole),
    h.votes,
    byChance(h.expectedFalseMatches),
    h.classification && `${h.classification.scheme} ${h.classification.code}`,
    bytesOf(h),
    noteOf(h),
  ]);
  return table(COLUMNS, rows);
}

/** The newest case of each target that a page shows, where it has one. */
export type ItemCases = ReadonlyMap<string, CaseView>;

/** What a page shows that is listed, by the target that each is, or would be, and where that target's own case stands. */
export function itemTable(items: readonly ItemMatch[], cases?: ItemCases): string {
  const rows = items.flatMap(({ itemTargetId, hits }) =>
    hits.map((h) => [
      itemTargetId,
      wordOf(Algorithm, h.algorithm),
      `${h.distance} of ${h.threshold}`,
      shownAs(h),
      h.setId,
      wordOf(SetRole, h.setRole),
      noteOf(h),
      ...(cases === undefined ? [] : standing(cases.get(itemTargetId))),
    ]),
  );
  return table([...ITEM_COLUMNS, ...(cases === undefined ? [] : ["its case", "stands"])], rows);
}

/** How many things a page shows of each kind that there is, for example "1 known, 79 unknown". */
export function shownCounts({ known, near, unknown, notJudged }: ItemCounts): string {
  const kinds = { known, near, unknown, "not judged": notJudged };
  const shown = Object.entries(kinds).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []));
  return shown.join(", ") || "nothing that was looked up";
}

const ITEM_COLUMNS = ["embedded target", "algorithm", "distance", "of", "set", "role", "note"];

function standing(view: CaseView | undefined): [string, string] {
  const found = view?.case;
  if (found === undefined) return ["", "no case yet"];
  const { caseId, state, decision } = found;
  return [caseId, [wordOf(CaseState, state), decision && wordOf(Verdict, decision.verdict)].filter(Boolean).join(", ")];
}

/** Which of the pictures that a file shows; the one that stands for it needs no word. */
function shownAs({ rendition = "", film }: Hit): string {
  const shown = rendition.replace(/^frame \d+/, "$& (the first is 0)");
  return [shown, film && framesOf(film)].filter(Boolean).join(", ");
}

function framesOf({ entryFrames, entryFramesFound, filmFrames, filmFramesFound }: FilmMatch): string {
  const seen = `${filmFramesFound} of ${filmFrames} of its frames`;
  return entryFrames === 0 ? seen : `${seen}, ${entryFramesFound} of ${entryFrames} of the listed film's`;
}

function noteOf({ vetoedBySet, crossRecipe, nominatesOnly, disputed, derivedEdit, entryId }: Hit): string {
  const notes = [
    derivedEdit !== undefined &&
      `like a picture decided illegal (target ${entryId}), as it would be after: ${derivedEdit}`,
    vetoedBySet && `vetoed by ${vetoedBySet}`,
    crossRecipe && "other recipe",
    disputed && "disputed by members of its set",
    (nominatesOnly === true || disputed === true) && "decides nothing",
  ];
  return notes.filter(Boolean).join(", ");
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
