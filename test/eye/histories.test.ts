import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Target } from "../../services/prober/src/targets/target-state.ts";
import { anyHistory, REMOVED, showing, worldAt, type EyeName, type History, type World } from "./history.ts";
import { WATCHED, type Show } from "./host.ts";
import { HOUR, openRig, SLOT_MS, type Rig } from "./rig.ts";
import { drawn, html, picture } from "./shows.ts";

// 300 random histories with a known truth, side by side on real fetches: what is counted as removed must be.

const HISTORIES = 300;
/** Slots of a tail: enough for k of them, and for each eye to have been first. */
const TAIL_SLOTS = 5;
/** Behind it, so that a day of blindness is over. */
const LATE_SLOTS = 5;

interface Played {
  id: string;
  history: History;
  /** After each slot, with the world that it met and its time. */
  steps: { world: World; at: Date; target: Target }[];
  /** To whom the host gave the material, and in which slot of its history. */
  served: { eye: EyeName; slot: number }[];
}

let rig: Rig;
const played: Played[] = [];

beforeAll(async () => {
  rig = await openRig();
  const pictures = await drawn();
  let slot = -1;
  for (const [i, history] of fc.sample(anyHistory, HISTORIES).entries()) {
    const served: Played["served"] = [];
    const shown = showing(
      () => worldAt(history, slot),
      pictures,
      (eye) => served.push({ eye, slot }),
    );
    // The first look and each eye's first sight are of the material, then its history begins.
    const before = picture(pictures.known);
    const watched: Show = (asked) => (slot < 0 ? before : shown)(asked);
    rig.host.sites.set(`h${i}.example`, { watched, beside: html(REMOVED) });
    const id = await rig.watch(`http://h${i}.example:${rig.host.port}${WATCHED}`);
    const first = ["browser", "declared", "abroad"] as const;
    served.push(...first.map((eye) => ({ eye, slot })));
    played.push({ id, history, steps: [], served });
  }
  const ids = played.map(({ id }) => id);
  await rig.slot(ids);
  for (const id of ids) await rig.offered(id);
  rig.clock.advance(SLOT_MS);
  await rig.slot(ids);
  const longest = Math.max(...played.map(({ history }) => history.worlds.length));
  for (slot = 0; slot < longest + TAIL_SLOTS + LATE_SLOTS; slot++) {
    rig.clock.advance(slot < longest + TAIL_SLOTS ? SLOT_MS : 5 * HOUR);
    await rig.slot(ids);
    for (const one of played) {
      one.steps.push({ world: worldAt(one.history, slot), at: rig.clock.now(), target: await rig.of(one.id) });
    }
  }
}, 900_000);
afterAll(() => rig[Symbol.asyncDispose]());

test("no removal is counted while the material is there, for anybody", () => {
  const wrong = played.flatMap(({ history, steps }) =>
    steps.flatMap(({ world, target }, i) => {
      const isNew = target.phase.is === "GONE" && steps[i - 1]?.target.phase.is !== "GONE";
      return isNew && world.content === "material" ? [`slot ${i}: ${toldOf(history)}`] : [];
    }),
  );
  expect(wrong).toEqual([]);
});

test("the first miss that a removal is dated by was one", () => {
  const wrong = played.flatMap(({ history, steps }) =>
    steps.flatMap(({ target }, i) => {
      const { phase } = target;
      if (phase.is !== "GONE" || steps[i - 1]?.target.phase.is === "GONE") return [];
      const then = steps.find(({ at }) => at.getTime() === phase.goneTime.getTime());
      return then?.world.content === "material" ? [`slot ${i}: ${toldOf(history)}`] : [];
    }),
  );
  expect(wrong).toEqual([]);
});

test("every removal that can be seen is counted, what is there stays there, and what nobody can tell is a person's", () => {
  const wrong = played.flatMap((one) => {
    const { history, steps } = one;
    const end = steps.at(-1)?.target;
    const is = end?.phase.is;
    return is === expected(one) ? [] : [`${is} not ${expected(one)}: ${toldOf(history)}`];
  });
  expect(wrong).toEqual([]);
  for (const { steps } of played) {
    const end = steps.at(-1)?.target;
    if (end?.phase.is === "UNSEEN") expect(end.question?.count).toBeGreaterThan(0);
  }
});

test("the histories are of every kind", () => {
  const ends = played.map(({ steps }) => steps.at(-1)?.target.phase.is);
  for (const is of ["PRESENT", "GONE", "UNSEEN"]) expect(ends.filter((end) => end === is).length).toBeGreaterThan(20);
  expect(played.filter(({ steps }) => steps.some(({ target }) => target.episode > 1)).length).toBeGreaterThan(20);
  expect(
    played.filter(({ steps }) => steps.some(({ target }) => (target.cloaked ?? []).length > 0)).length,
  ).toBeGreaterThan(20);
});

/** In one line, a slot a part. */
function toldOf({ worlds, tail, blocked }: History): string {
  const slots = worlds.map(({ content, dress, ways }) => `${content}/${dress}/${Object.values(ways).join(",")}`);
  return `${slots.join(" | ")} | ${tail}${blocked === undefined ? "" : `, ${blocked.eye} blocked from ${blocked.from}`}`;
}

/** By what the host served and to whom. An eye that saw it in this episode and is blocked at the end lets nobody tell. */
function expected({ history: { tail, blocked }, steps, served }: Played): string {
  if (tail === "there") return "PRESENT";
  const ends = steps.length - TAIL_SLOTS - LATE_SLOTS;
  const gone = steps.findLastIndex(({ target }, i) => target.phase.is === "GONE" && i < ends);
  const since = served.filter(({ slot }) => gone === -1 || slot > gone);
  if (since.length === 0) return "GONE";
  if (tail === "nobody sees") return "UNSEEN";
  return since.some(({ eye }) => eye === blocked?.eye) ? "UNSEEN" : "GONE";
}
