import { BreakerKind, type Breaker } from "@ntd/proto/casework/v1/breaker_service";
import { listing, table, shownTime } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** A breaker for the person who lifts it. */
export function breakerListing(breaker: Breaker | undefined): string {
  if (breaker === undefined) return "nothing";
  const { trippedTime, liftProposedBy } = breaker;
  return listing({
    breaker: breaker.breakerId,
    stops: stops(breaker),
    tripped: trippedTime ?? "no",
    because: trippedTime && because(breaker),
    "lifted last": breaker.liftedTime,
    "to be lifted by": liftProposedBy && `${liftProposedBy} ${shownTime(breaker.liftProposedTime)}`,
  });
}

/** Breakers, one a line. */
export function breakerTable(breakers: readonly Breaker[]): string {
  const rows = breakers.map((b) => [b.breakerId, stops(b), b.trippedTime, because(b), b.liftProposedBy]);
  return table(["breaker", "stops", "since", "because", "to be lifted by"], rows, "no breaker has tripped");
}

function stops({ kind, name }: Breaker): string {
  return `${wordOf(BreakerKind, kind)} ${name}`;
}

function because({ reversals, decisions, providers }: Breaker): string {
  const takenBack = decisions === 0 ? [] : [`${reversals} of ${decisions} taken back`];
  const disputed = providers === 0 ? [] : [`${providers} provider${providers === 1 ? " disputes" : "s dispute"}`];
  return [...takenBack, ...disputed].join(", ");
}
