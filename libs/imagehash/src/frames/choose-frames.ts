/** Most frames of one animation that are looked at. */
export const MOST_FRAMES = 16;

/** More than this no file shows: each frame as it is, within its border and on black, and the two latter of its picture. */
export const MOST_RENDITIONS = 3 * MOST_FRAMES + 2;

/** What browsers make of a frame that says it is shown for a hundredth of a second or less. */
const LEAST_SHOWN_MS = 100;

/** How long each frame is shown in one round, as browsers show it. */
export function shownTimes(delaysMs: readonly number[]): number[] {
  return delaysMs.map((ms) => (ms <= 10 ? LEAST_SHOWN_MS : ms));
}

/**
 * The frames that stand for an animation, by the time they are shown: always the first, the last and one that is shown
 * longest. Of the others, those that are shown long are all chosen; what is shown more briefly is met at even steps of
 * time. So with `most` places a frame, or a run of frames, that is shown for at least 1 / (most - 3) of the time is never
 * passed over. In their order, each once.
 */
export function chooseFrames(shownMs: readonly number[], most = MOST_FRAMES): number[] {
  const all = shownMs.map((_, frame) => frame);
  if (all.length <= most) return all;
  const longest = all.reduce((best, frame) => (timeOf(shownMs, frame) > timeOf(shownMs, best) ? frame : best), 0);
  const chosen = new Set([0, all.length - 1, longest]);
  const rest = all.filter((frame) => !chosen.has(frame));
  for (const frame of evenly(rest, shownMs, most - chosen.size)) chosen.add(frame);
  return [...chosen].toSorted((a, b) => a - b);
}

/** What frames cost, in pixels that are decoded on the way to one, and whether one way leads past all of them. */
export type Costs = { readonly costOf: (frame: number) => number; readonly onOneWay: boolean };

/**
 * Of an animation whose frames cost something, those that stand for what a budget reaches. Where each costs its own way,
 * what is shown longest is paid for first. `isAll`: they are those that would be chosen whatever the cost.
 */
export function chooseWithin(shownMs: readonly number[], costs: Costs, budget: number) {
  const reached = shownMs.flatMap((_, frame) => (costs.costOf(frame) <= budget ? [frame] : []));
  const within = chooseFrames(reached.map((frame) => timeOf(shownMs, frame))).map((nth) => reached[nth] as number);
  const frames = costs.onOneWay ? within : paidFor(within, shownMs, costs, budget);
  return { frames, isAll: reached.length === shownMs.length && frames.length === within.length };
}

function paidFor(frames: readonly number[], shownMs: readonly number[], { costOf }: Costs, budget: number): number[] {
  let left = budget;
  const paid = new Set<number>();
  for (const frame of frames.toSorted((a, b) => timeOf(shownMs, b) - timeOf(shownMs, a))) {
    if (costOf(frame) > left) continue;
    left -= costOf(frame);
    paid.add(frame);
  }
  return frames.filter((frame) => paid.has(frame));
}

/** So many of the frames, each as likely met as it is long; one that is longer than a step is met in any case. */
function evenly(frames: readonly number[], shownMs: readonly number[], places: number): number[] {
  const met: number[] = [];
  const longFirst = frames.toSorted((a, b) => timeOf(shownMs, b) - timeOf(shownMs, a));
  let left = frames.reduce((sum, frame) => sum + timeOf(shownMs, frame), 0);
  for (const frame of longFirst) {
    const time = timeOf(shownMs, frame);
    if (met.length === places || time * (places - met.length) < left) break;
    met.push(frame);
    left -= time;
  }
  const step = left / (places - met.length);
  const long = new Set(met);
  let [at, next] = [0, step / 2];
  for (const frame of frames.filter((one) => !long.has(one))) {
    at += timeOf(shownMs, frame);
    if (met.length === places || at <= next) continue;
    met.push(frame);
    next += step;
  }
  return met;
}

function timeOf(shownMs: readonly number[], frame: number): number {
  return shownMs[frame] as number;
}
