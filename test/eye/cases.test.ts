import { afterAll, beforeAll, expect, test } from "vitest";
import type { Target } from "../../services/prober/src/targets/target-state.ts";
import type { Case, End } from "./case.ts";
import { casesOf } from "./cases.ts";
import { WATCHED } from "./host.ts";
import { HOUR, openRig, SLOT_MS, type Rig } from "./rig.ts";
import { drawn, picture } from "./shows.ts";

// A host of its own plays what hosts do after a notice; the right end of each was fixed before. All run side by side.

interface Played extends Case {
  id: string;
  host: string;
  seen: Target;
}

let rig: Rig;
let played: Played[];
const ends = new Map<string, Target>();

beforeAll(async () => {
  rig = await openRig();
  const pictures = await drawn();
  const cases = casesOf(pictures);
  const started = await Promise.all(
    cases.map(async (one, i) => {
      const host = `c${i}.example`;
      rig.host.sites.set(host, { watched: picture(pictures.known) });
      return { ...one, host, id: await rig.watch(`http://${host}:${rig.host.port}${WATCHED}`) };
    }),
  );
  const ids = started.map(({ id }) => id);
  await rig.slot(ids);
  for (const id of ids) await rig.offered(id);
  await slots(ids, 1, SLOT_MS);
  played = await Promise.all(started.map(async (one) => ({ ...one, seen: await rig.of(one.id) })));
  for (const { host, does, dns, dnsAbroad } of played) {
    rig.host.sites.set(host, typeof does === "function" ? { watched: does } : does);
    if (dns !== undefined) rig.names.set(host, dns);
    if (dnsAbroad !== undefined) rig.names.set(`${host} abroad`, dnsAbroad);
  }
  // Who waits for an answer that never comes holds up all others: a day of it is told by fewer looks.
  const quick = played.filter(({ end }) => end.is !== "UNSEEN" || end.reason !== "TIMED_OUT");
  await slots(
    quick.map(({ id }) => id),
    5,
    SLOT_MS,
  );
  // What cannot be told is a person's question after a day of it.
  await slots(
    played.filter(({ end }) => end.is === "UNSEEN").map(({ id }) => id),
    6,
    5 * HOUR,
  );
  for (const { id, what } of played) ends.set(what, await rig.of(id));
}, 600_000);
afterAll(() => rig[Symbol.asyncDispose]());

async function slots(ids: readonly string[], count: number, everyMs: number): Promise<void> {
  for (let slot = 0; slot < count; slot++) {
    rig.clock.advance(everyMs);
    await rig.slot(ids);
  }
}

test("every case began with the picture, seen by every eye", () => {
  const began = played.map(({ what, seen }) => [what, seen.phase.is, seen.seen?.by?.toSorted(byName)]);
  expect(began).toEqual(played.map(({ what }) => [what, "PRESENT", ["abroad", "browser", "declared"]]));
});

test("there are at least 120 of them", () => expect(played.length).toBeGreaterThanOrEqual(120));

test("each ends as it must", () => {
  const is = played.map(({ what }) => [what, endOf(ends.get(what))]);
  expect(is).toEqual(played.map(({ what, end }) => [what, told(end)]));
});

function told(end: End): object {
  if (end.is === "PRESENT")
    return { is: end.is, cloaked: end.cloaked ?? [], restrictedHere: end.restrictedHere ?? false };
  return end.is === "GONE" ? { is: end.is, strength: end.strength } : end;
}

function endOf(target: Target | undefined): object {
  const { phase, cloaked = [], restrictedHere = false } = target ?? { phase: { is: "NEW" } };
  if (phase.is === "PRESENT")
    return { is: phase.is, cloaked: cloaked.map(({ eye }) => eye).toSorted(byName), restrictedHere };
  if (phase.is === "GONE") return { is: phase.is, strength: phase.strength };
  return phase.is === "UNSEEN" ? { is: phase.is, reason: phase.reason } : { is: phase.is };
}

const byName = (a: string, b: string) => (a < b ? -1 : 1);
