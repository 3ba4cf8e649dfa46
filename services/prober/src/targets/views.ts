import { saidOf, type Observation } from "./observation.ts";
import { cloakedAfter, toldLook, type Look } from "./slot.ts";
import type { Target, View } from "./target-state.ts";

/** What each eye said last, who is shown something else, and what is told of the slot. */
export function withViews(target: Target, looks: readonly Look[], isSeen: boolean): Target {
  const views = looks.reduce(viewOf, target.views ?? {});
  const cloaked = isSeen ? cloakedAfter(target, looks) : (target.cloaked ?? []);
  const { cloaked: _, ...rest } = target;
  const told = looks.map(toldLook);
  const opening = looks.map((look) => look.opening).findLast((one) => one !== undefined);
  return { ...rest, ...(opening && { opening }), views, told, ...(cloaked.length > 0 && { cloaked }) };
}

/** The views of an episode with one look more. */
export function viewOf(known: Record<string, View>, { eye, observation, time, ...look }: Look): Record<string, View> {
  const other = shownInstead(observation) ?? known[eye.name]?.other;
  const media = mediaAfter(observation, known[eye.name]?.media);
  const opening = look.opening ?? known[eye.name]?.opening;
  return {
    ...known,
    [eye.name]: {
      said: saidOf(observation),
      time,
      ...(other && { other }),
      ...(media && { media }),
      ...(opening && { opening }),
    },
  };
}

// What could not be seen says nothing of it; what was seen again ends it.
function mediaAfter(observation: Observation, before: View["media"]): View["media"] {
  if (observation.is === "SEEN" || observation.is === "ABSENT") return undefined;
  return observation.media ?? (observation.is === "BLIND" ? before : undefined);
}

function shownInstead(observation: Observation): View["other"] {
  if (observation.is === "REPLACED") return observation.content;
  return observation.is === "BLIND" ? observation.other : undefined;
}

/** Whoever saw it has a vote from now on. */
export function withVotes(target: Target, looks: readonly Look[]): Target {
  const { seen } = target;
  if (seen === undefined) return target;
  const saw = looks.filter(({ observation }) => observation.is === "SEEN").map(({ eye }) => eye.name);
  return { ...target, seen: { ...seen, by: [...new Set([...(seen.by ?? []), ...saw])] } };
}
