import { openPhase, settled } from "../targets/published-facts.ts";
import { opensNoEpisode, withRestored } from "../targets/restoring.ts";
import { answered } from "./question.ts";
import type { OpenPhase, Said, Sighting, Target, ToldLook } from "../targets/target-state.ts";

/** As many are kept of what persons said. */
const KEPT = 20;

/** Why a person's word cannot be taken. */
export type SightingRefusal = { refused: "seen since" | "gone since"; time: Date };

/**
 * The target after a person's word. SEEN outranks the eyes until one of them sees it; GONE and MOVED_TO take the word of
 * a second person, and are gone as of the earlier of the two looks.
 */
export function withSighting(target: Target, sighting: Sighting, now: Date): Target | SightingRefusal {
  const open: Target = { ...target, phase: openPhase(target.phase) };
  const heard: Target = {
    ...open,
    sightings: [...(target.sightings ?? []), sighting].slice(-KEPT),
    ...(target.question && { question: answered(target.question, now) }),
  };
  const next = sighting.says === "SEEN" ? seenByPerson(heard, sighting) : missedByPerson(heard, sighting);
  return "refused" in next ? next : settled(target, next, now);
}

/** From now on eyes decide nothing here but that they see it. */
export function forPersonsOnly(target: Target): Target {
  return { ...target, personOnly: true };
}

function seenByPerson(target: Target, { by, time }: Sighting): Target | SightingRefusal {
  const { phase, seen } = target;
  if (phase.is === "GONE" && time <= phase.goneTime) return { refused: "gone since", time: phase.goneTime };
  const { personMissed: _missed, silent: _silent, otherSince: _other, ...rest } = target;
  const there: Target = {
    ...rest,
    phase: seen?.as ?? { is: "PRESENT" },
    personSaw: { by, time },
    told: [word(by, time, { is: "SEEN" })],
  };
  const back = phase.is === "GONE" && !opensNoEpisode(target, time) ? backAgain(there, time) : there;
  return withRestored(target, back, time);
}

// What was seen there is what the person speaks of; which eyes can see it is to be found out anew.
function backAgain(target: Target, time: Date): Target {
  const { views: _views, cloaked: _cloaked, restored: _restored, seen, ...rest } = target;
  const next: Target = { ...rest, episode: target.episode + 1, restrictedHere: false };
  if (seen === undefined) return next;
  const { by: _by, ...known } = seen;
  return { ...next, seen: { ...known, first: time, last: time } };
}

function missedByPerson(target: Target, { by, time }: Sighting): Target | SightingRefusal {
  const { phase, seen, personSaw, personMissed } = target;
  if (phase.is === "GONE") return target;
  const last = [seen?.last, personSaw?.time].filter((one) => one !== undefined).find((one) => one >= time);
  if (last !== undefined) return { refused: "seen since", time: last };
  if (personMissed === undefined || personMissed.by === by) return { ...target, personMissed: { by, time } };
  const { personSaw: _saw, personMissed: first, silent: _silent, cloaked: _cloaked, ...rest } = target;
  const goneTime = first !== undefined && first.time < time ? first.time : time;
  const gone: OpenPhase = { is: "GONE", reason: "PERSON_ONLY", goneTime, strength: "PERSON" };
  const said: Said = { is: "ABSENT", reason: "PERSON_ONLY" };
  return {
    ...rest,
    phase: gone,
    restrictedHere: false,
    told: [personMissed, { by, time }].map((one) => word(one.by, one.time, said)),
  };
}

const word = (eye: string, time: Date, said: Said): ToldLook => ({ eye, said, time });
