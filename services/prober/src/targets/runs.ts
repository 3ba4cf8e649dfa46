import { toldLook, type Outcome } from "./slot.ts";
import type { Blindness, Gone, MissRun, Reason } from "./target-state.ts";

interface Pace {
  slotMs: number;
  unreachableMs: number;
}

type Missed = Extract<Outcome, { is: "missed" }>;

/**
 * The run of misses with one more slot. A clock that was put back by more than a slot would let nothing count until it is
 * where it was: the run begins anew.
 */
export function longer(known: MissRun | undefined, { votes, reason }: Missed, at: Date, { slotMs }: Pace): MissRun {
  const slot = Math.floor(at.getTime() / slotMs);
  const run =
    known === undefined || slot < known.lastSlot - 1 ? { first: at, slots: 0, lastSlot: slot - 1, reason } : known;
  if (slot <= run.lastSlot) return run;
  const looks = [...(run.looks ?? []), ...votes.map(toldLook)];
  const networks = [...new Set([...(run.networks ?? []), ...votes.map(networkOf)])];
  return { ...run, slots: run.slots + 1, lastSlot: slot, looks, networks };
}

// A name that does not exist is the word of who was asked for it, by whatever network an eye would have left.
function networkOf({ eye, observation }: Missed["votes"][number]): string {
  const isByName = observation.is === "ABSENT" && observation.reason === "NAME_NOT_FOUND";
  return isByName ? `dns ${eye.dns?.join(" ") ?? ""}` : eye.network;
}

/** How sure gone is after these misses: as sure as the weakest of them. */
export function strengthOf({ looks = [], networks = [] }: MissRun): Pick<Gone, "strength" | "singleVantage"> {
  const replaced = looks.some(({ said }) => said.is === "REPLACED");
  return { strength: replaced ? "REPLACED" : "ABSENT", singleVantage: networks.length <= 1 };
}

/** The blindness with one more slot. An outage of our own is no silence of theirs: after a long gap it begins anew. */
export function blinder(
  known: Blindness | undefined,
  reason: Reason,
  at: Date,
  { slotMs, unreachableMs }: Pace,
): Blindness {
  const onEnd = known !== undefined && known.since <= at && at.getTime() - known.last.getTime() <= unreachableMs / 4;
  const slot = Math.floor(at.getTime() / slotMs);
  if (!onEnd) return { since: at, last: at, reason, slots: 1, lastSlot: slot };
  const isNew = known.lastSlot === undefined || slot > known.lastSlot;
  return { since: known.since, last: at, reason, slots: (known.slots ?? 1) + Number(isNew), lastSlot: slot };
}
