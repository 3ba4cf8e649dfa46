import type { EntryOpinions } from "@ntd/proto/hashlists/v1/opinion_service";
import type { EntryOpinionsState } from "./entry-opinions.ts";
import { positiveOrganisations, togetherListed } from "./opinion.ts";

/** What is said of an entry, as members are shown it. */
export function toEntryOpinions(of: EntryOpinionsState): EntryOpinions {
  const { setId, entryId, given, notes, disabling, doubt, told } = of;
  const opinions = given.flatMap(({ opinion, ...rest }) => (opinion === undefined ? [] : [{ ...rest, opinion }]));
  return {
    setId,
    entryId,
    together: togetherListed(given),
    positiveOrganisations: positiveOrganisations(given),
    opinions,
    notes: notes.map(({ noteId, text, by, time }) => ({ noteId, text, writtenBy: by, writtenTime: time })),
    ...(disabling && {
      disabling: {
        disabledBy: disabling.by,
        reason: disabling.reason,
        sinceTime: disabling.sinceTime,
        untilTime: disabling.untilTime,
        endedTime: disabling.ended?.time,
        endedBy: disabling.ended?.by ?? "",
      },
    }),
    ...(doubt && { doubt }),
    counter: BigInt(told.at(-1)?.counter ?? 0),
  };
}
