import { EntryOpinion, OpinionsTogether, type EntryOpinions } from "@ntd/proto/hashlists/v1/opinion_service";
import { listing, shownTime, table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { hashWords } from "./hash-words.ts";

/** What members say of an entry, for people. */
export function opinionsListing(of: EntryOpinions | undefined): string {
  if (of === undefined) return "nothing";
  const head = listing({
    entry: of.entryId,
    hash: hashWords(of.algorithm, of.value).join(" ").trim(),
    set: of.setId,
    together: togetherWord(of),
    "organisations for it": of.positiveOrganisations,
    disabled: disabledWord(of),
    ...doubtWords(of),
  });
  const opinions = of.opinions.map(({ opinion, person, organisation, time, note }) => {
    return [wordOf(EntryOpinion, opinion), person, organisation, time, note];
  });
  const notes = of.notes.map(({ writtenBy, writtenTime, text }) => [writtenBy, writtenTime, text]);
  return [
    head,
    ...(opinions.length > 0 ? [table(["opinion", "by", "for", "at", "note"], opinions)] : []),
    ...(notes.length > 0 ? [table(["note by", "at", "note"], notes)] : []),
  ].join("\n\n");
}

/** What members say of entries, one a line. */
export function opinionsTable(entries: readonly EntryOpinions[]): string {
  const rows = entries.map((of) => [
    of.entryId,
    ...hashWords(of.algorithm, of.value),
    togetherWord(of),
    of.positiveOrganisations,
    of.opinions.length,
    of.notes.length,
    disabledWord(of),
  ]);
  const head = ["entry", "algorithm", "value", "together", "organisations for it", "opinions", "notes", "disabled"];
  return table(head, rows, "nobody has said anything");
}

/** The same in a few words, beside what else is known of the entry; `set opinions` has it whole. */
export function saidWords(of: EntryOpinions) {
  const count = (few: number, one: string) => (few === 0 ? [] : [`${few} ${one}${few === 1 ? "" : "s"}`]);
  return {
    "members say": togetherWord(of),
    "in all": [...count(of.opinions.length, "opinion"), ...count(of.notes.length, "note")].join(", "),
    disabled: disabledWord(of),
    ...doubtWords(of),
  };
}

function togetherWord({ together }: EntryOpinions) {
  const word = wordOf(OpinionsTogether, together);
  return together === OpinionsTogether.DISPUTED ? { alarm: word } : word;
}

function doubtWords({ doubt }: EntryOpinions) {
  if (doubt === undefined) return {};
  const { suspended, untilTime } = doubt;
  if (!suspended) return { "decision in doubt": "it nominates, and decides nothing" };
  const until = untilTime === undefined ? "until that is over" : `until ${shownTime(untilTime)}, then it nominates`;
  return { "decision in doubt": `not found ${until}` };
}

function disabledWord({ disabling }: EntryOpinions): string {
  if (disabling === undefined) return "";
  const { disabledBy, reason, untilTime, endedTime, endedBy } = disabling;
  if (endedTime === undefined) return `until ${shownTime(untilTime)} by ${disabledBy}: ${reason}`;
  return `no more since ${shownTime(endedTime)}${endedBy === "" ? "" : `, by ${endedBy}`}`;
}
