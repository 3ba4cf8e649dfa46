import { setImmediate } from "node:timers/promises";
import { nouns, type DataOf, type Event } from "@ntd/bus";
import { derivedId, MovableClock } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entryIdOf, isListed, type DerivedOf } from "../src/derived/derived.ts";
import { noteDerived } from "../src/derived/note-derived.ts";
import { withOwnSet } from "../src/derived/own-entries.ts";
import { OWN_SET, ownReleaseId } from "../src/derived/own-set.ts";
import type { Hashlists } from "../src/lists/set-entries.ts";
import type { Collections, KnownSet } from "../src/store.ts";
import { MemoryCollection, type Turn } from "./memory-collection.ts";

const targets = ["a", "b"].map((name) => derivedId("target", name).replaceAll("-", ""));
const clock = new MovableClock();
const { signal } = new AbortController();

interface Process {
  killed: boolean;
}

/** Steps of a store that wait for their turn; those of a process that was killed never come. */
class World {
  readonly derived = new MemoryCollection<DerivedOf>({
    name: "derived",
    fields: {
      counter: ({ counter = Number.MAX_SAFE_INTEGER }: DerivedOf) => counter,
      isListed: (state: DerivedOf) => isListed(state) || undefined,
    },
  } as never);
  readonly sets = new MemoryCollection<KnownSet>({ name: "sets", fields: {} });
  readonly processes: Process[] = [{ killed: false }, { killed: false }];
  readonly #waiting: { process: Process; go: () => void }[] = [];
  readonly #running = new Map<Promise<void>, Process>();

  seenBy(turn: Turn) {
    return { derived: this.derived.seenBy(turn), sets: this.sets.seenBy(turn) } as Pick<
      Collections,
      "derived" | "sets"
    >;
  }

  note(nth: number, target: number, version: number): void {
    const process = this.processes[nth] as Process;
    const turn: Turn = () => new Promise((go) => this.#waiting.push({ process, go }));
    const noted = noteDerived(this.seenBy(turn), () => undefined, clock)(eventOf(target, version));
    this.#running.set(noted, process);
    void noted.then(() => this.#running.delete(noted));
  }

  kill(nth: number): void {
    (this.processes[nth] as Process).killed = true;
    this.processes[nth] = { killed: false };
  }

  /** Lets a step that waits happen, of one process or of any. */
  async step(of?: Process): Promise<void> {
    await setImmediate();
    const at = this.#waiting.findIndex(({ process }) => !process.killed && (of === undefined || of === process));
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.go();
  }

  /** Until nobody who is alive has anything to do. */
  async settle(): Promise<void> {
    while ([...this.#running.values()].some(({ killed }) => !killed)) await this.step();
  }
}

/** What is loaded of the set, taken in by what changed each time. */
class Loaded {
  counter = 0;
  readonly entries = new Map<string, string[]>();
  readonly #own: Hashlists;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.#own = withOwnSet(
      {} as Hashlists,
      {} as Hashlists,
      world.seenBy(() => Promise.resolve()),
    );
  }

  async catchUp(): Promise<void> {
    const through = this.#world.sets.documents.get(OWN_SET)?.state.counter ?? 0;
    if (through <= this.counter) return;
    const counters = { afterCounter: BigInt(this.counter), throughCounter: BigInt(through) };
    for await (const some of this.#own.streamChanges({ setId: OWN_SET, ...counters }, { signal })) {
      for (const id of [...some.removedEntryIds, ...some.changed.map(({ entryId }) => entryId)])
        this.entries.delete(id);
      for (const { entryId, classification } of some.changed) {
        this.entries.set(entryId, [...(this.entries.get(entryId) ?? []), classification?.code ?? ""]);
      }
    }
    this.counter = through;
  }

  async whole(): Promise<Map<string, string[]>> {
    const all = new Map<string, string[]>();
    for await (const { entries } of this.#own.streamEntries({ releaseId: ownReleaseId(1) }, { signal })) {
      for (const { entryId, classification } of entries) {
        all.set(entryId, [...(all.get(entryId) ?? []), classification?.code ?? ""]);
      }
    }
    return all;
  }
}

/** What a version of a target tells: the same edit at some, nothing left at others. */
function eventOf(target: number, version: number): Event<DataOf<"target">> {
  const fingerprints = version % 3 === 0 ? [] : [{ edit: `edit ${version % 2}`, pdq: new Uint8Array(32), quality: 90 }];
  const derived = { contents: fingerprints.length === 0 ? [] : [{ episode: 1, revision: 1, fingerprints }] };
  return { noun: nouns.target, version, data: { targetId: targets[target] ?? "", derived } } as never;
}

const action = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ target: fc.nat(1), version: fc.integer({ min: 1, max: 6 }), process: fc.nat(1) }),
  },
  { weight: 4, arbitrary: fc.record({ steps: fc.integer({ min: 1, max: 8 }), process: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.constant("load" as const) },
  { weight: 1, arbitrary: fc.record({ kill: fc.nat(1) }) },
);

test("whatever two processes note at once, killed between any two writes: who loads what changed has in the end what the newest versions tell", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 30 }), async (script) => {
      const world = new World();
      const loaded = new Loaded(world);
      const newest = new Map<number, number>();
      for (const one of script) {
        if (one === "load") await loaded.catchUp();
        else if ("kill" in one) world.kill(one.kill);
        else if ("steps" in one) for (let at = 0; at < one.steps; at++) await world.step(world.processes[one.process]);
        else {
          newest.set(one.target, Math.max(one.version, newest.get(one.target) ?? 0));
          world.note(one.process, one.target, one.version);
        }
      }
      // What was not acknowledged comes again.
      for (const [target, version] of newest) world.note(0, target, version);
      await world.settle();
      await loaded.catchUp();
      const told = [...newest].filter(([, version]) => version % 3 !== 0);
      const expected = new Map(
        told.map(([target, version]) => [entryIdOf(targets[target] ?? ""), [`edit ${version % 2}`]]),
      );
      expect(loaded.entries).toEqual(expected);
      expect(await loaded.whole()).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("of what is told again nothing is raised", async () => {
  const world = new World();
  const note = noteDerived(
    world.seenBy(() => Promise.resolve()),
    () => undefined,
    clock,
  );
  for (const version of [1, 1, 7]) await note(eventOf(0, version));
  expect(world.sets.documents.get(OWN_SET)?.state).toMatchObject({ counter: 1, activeReleaseId: ownReleaseId(1) });
  await note(eventOf(0, 9));
  expect(world.sets.documents.get(OWN_SET)?.state).toMatchObject({ counter: 2, entryCount: 0 });
});
