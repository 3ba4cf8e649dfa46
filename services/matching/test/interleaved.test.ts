import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { startThreads } from "@ntd/hammingindex";
import type { Entry, StreamChangesRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { createLog, MovableClock } from "@ntd/service";
import { runs } from "@ntd/testing/runs";
import { expect, test } from "vitest";
import { SetChanges } from "../src/lists/set-changes.ts";
import { Aside } from "../src/rows/aside.ts";
import { lookUpPending } from "../src/rows/look-up-pending.ts";
import { onTarget } from "../src/rows/on-target.ts";
import { passRange } from "../src/rows/pass-range.ts";
import { markIn, rangeOf, type RangeState } from "../src/rows/range.ts";
import type { Row } from "../src/rows/row.ts";
import { HashIndex } from "../src/search/hash-index.ts";
import { matchIdOf } from "../src/ids.ts";
import { rowsSpec, type Collections } from "../src/store.ts";
import { MemoryCollection, type Turn } from "./memory-collection.ts";
import type { LoadedSet } from "../src/lists/loaded-set.ts";
import { entryOf, loaded, targetEvent, type History } from "./one-list.ts";

// One list with a history, two targets of one range, two processes; every step of a store may come at any time.
const RANGE = "3";
const targets = Array.from({ length: 200 }, (_, n) => `t${n}`)
  .filter((id) => rangeOf(matchIdOf(id, 1)) === RANGE)
  .slice(0, 2);
const log = createLog("matching", "silent");
const threads = startThreads({ search: 1 });
/** All that is ever listed. */
const NUMBERS = [0, 1];

class World {
  readonly clock = new MovableClock();
  readonly rows = new MemoryCollection<Row>(rowsSpec as never);
  readonly ranges = new MemoryCollection<RangeState>({ name: "ranges", fields: {} });
  readonly aside = new MemoryCollection<never>({ name: "aside", fields: {} });
  readonly history: History;
  /** All stays listed: what is not found at a counter members have disabled. Else each counter is another release. */
  readonly bySaying: boolean;
  readonly #waiting: { process: Process; go: () => void }[] = [];

  constructor(history: History, bySaying = false) {
    this.history = history;
    this.bySaying = bySaying;
  }

  /** The list as a process has it that has come as far. */
  async loaded(counter: number): Promise<LoadedSet> {
    if (!this.bySaying) return await loaded(this.history, counter);
    const set = await loaded(
      this.history.map(() => NUMBERS),
      counter,
    );
    const found = this.history[counter - 1] ?? [];
    const disabled = NUMBERS.filter((n) => !found.includes(n)).map((n) => entryOf(n).entryId);
    const all = disabled.map((entryId) => ({ entryId, leastVotes: 0, disputed: false, disabled: true }));
    set.entries.standings.take(all, counter);
    return set;
  }

  /** What was disabled or came back between two counters, be it only for a time; whole where it can be found again. */
  restated(after: number, through: number): Entry[] {
    const between = this.history.slice(after - 1, through);
    return NUMBERS.filter((n) => new Set(between.map((found) => found.includes(n))).size > 1).map((n) => {
      const bare = { ...entryOf(n), fingerprint: undefined };
      return between.at(-1)?.includes(n) === true ? entryOf(n) : bare;
    });
  }

  turnOf(process: () => Process): Turn {
    return () => new Promise((go) => this.#waiting.push({ process: process(), go }));
  }

  /** Lets a step that waits happen, of one process or of any; those of a process that was killed never do. */
  async step(of?: Process): Promise<boolean> {
    await setImmediate();
    await setImmediate();
    const chosen = this.#waiting.find(({ process }) => !process.killed && (of === undefined || of === process));
    if (chosen === undefined) return false;
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
    chosen.go();
    return true;
  }

  async settle(): Promise<void> {
    for (let idle = 0; idle < 3;) idle = (await this.step()) ? 0 : idle + 1;
  }

  hashlists = {
    // Another list is another release: nothing was revoked.
    streamRevocations: async function* () {},
    streamChanges: async function* (this: World, { afterCounter, throughCounter }: StreamChangesRequest) {
      const at = (counter: bigint) => this.history[Number(counter) - 1] ?? [];
      const [was, now] = [at(afterCounter), at(throughCounter)];
      const header = { historyUnknown: false, throughCounter, releaseId: "", entryCount: 0n, policy: undefined };
      yield {
        header: { ...header, policyChanged: false, othersInBetween: !this.bySaying },
        added: [],
        changed: [],
        removedEntryIds: [],
        restated: [],
      };
      if (this.bySaying) {
        const restated = this.restated(Number(afterCounter), Number(throughCounter));
        yield { header: undefined, added: [], changed: [], removedEntryIds: [], restated };
        return;
      }
      const added = now.filter((n) => !was.includes(n)).map(entryOf);
      const removedEntryIds = was.filter((n) => !now.includes(n)).map((n) => entryOf(n).entryId);
      yield { header: undefined, added, changed: [], removedEntryIds, restated: [] };
    }.bind(this),
  };
}

/** One process: its index is at a counter of its own, and it does one thing at a time. */
class Process {
  static count = 0;
  killed = false;
  readonly #name = `p${Process.count++}`;
  readonly #world: World;
  readonly #index = new HashIndex();
  #busy: Promise<unknown> | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#index.becomeReady();
  }

  get isBusy(): boolean {
    return this.#busy !== undefined;
  }

  async advance(counter: number): Promise<void> {
    const now = this.#index.setOf("a")?.counter ?? 0;
    if (counter > now) void this.#index.put(await this.#world.loaded(counter));
  }

  run(what: "look up" | "pass" | { target: string; version: number; hash: number }): void {
    if (this.#busy !== undefined) return;
    this.#busy = this.#do(what).finally(() => (this.#busy = undefined));
  }

  async #do(what: Parameters<Process["run"]>[0]): Promise<unknown> {
    const { clock } = this.#world;
    const turn = this.#world.turnOf(() => this);
    const collections = {
      rows: this.#world.rows.seenBy(turn),
      ranges: this.#world.ranges.seenBy(turn),
      aside: this.#world.aside.seenBy(turn),
    } as unknown as Collections;
    const health = { degrade: () => undefined };
    const deps = { collections, index: this.#index, clock, log, health };
    const aside = new Aside(deps);
    const { signal: stop } = new AbortController();
    if (typeof what === "object") return onTarget(collections, () => undefined, clock)(targetEvent(what) as never);
    if (what === "look up") return lookUpPending(deps, aside, stop);
    const set = this.#index.setOf("a");
    if (set === undefined) return undefined;
    // Nobody waits but where the script says so.
    const turns = { work: async (piece: () => void) => piece() };
    const changes = new SetChanges(set, { hashlists: this.#world.hashlists as never, threads }, turns);
    const between = () => Promise.resolve();
    return passRange({ deps, aside, changes, by: this.#name, stop, between }, RANGE);
  }
}

const list = fc.uniqueArray(fc.integer({ min: 0, max: 1 }));
const action = fc.oneof(
  { weight: 2, arbitrary: fc.record({ target: fc.nat(1), hash: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ advance: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.constant("look up" as const) },
  { weight: 5, arbitrary: fc.constant("pass" as const) },
  { weight: 1, arbitrary: fc.constant("kill" as const) },
  { weight: 2, arbitrary: fc.constant("time passes" as const) },
  { weight: 20, arbitrary: fc.record({ steps: fc.integer({ min: 1, max: 30 }) }) },
);

const EITHER = [
  ["another release", false],
  ["what members disable", true],
] as const;

test.each(EITHER)(
  "by %s: whatever two processes do at once, one with an older list, paused or killed: in the end each row has what a search of everything finds",
  async (_, bySaying) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(list, { minLength: 5, maxLength: 5 }),
        fc.array(fc.record({ of: fc.nat(1), action }), { minLength: 10, maxLength: 60 }),
        async (history, script) => {
          const world = new World(history, bySaying);
          const processes = [new Process(world), new Process(world)];
          let version = 0;
          const seen = new Map<string, { version: number; hash: number }>();
          for (const { of, action: one } of script) {
            const process = processes[of] as Process;
            if (one === "kill") {
              process.killed = true;
              processes[of] = new Process(world);
            } else if (one === "time passes") world.clock.advance(20_000);
            else if (one === "look up" || one === "pass") process.run(one);
            else if ("advance" in one) await process.advance(one.advance);
            else if ("steps" in one) for (let nth = 0; nth < one.steps; nth++) await world.step(process);
            else if (!process.isBusy) {
              const target = targets[one.target] ?? "";
              seen.set(target, { version: ++version, hash: one.hash });
              process.run({ target, version, hash: one.hash });
            }
          }
          await world.settle();
          const last = new Process(world);
          // What a killed handler did not do comes again.
          for (const [target, event] of seen) {
            last.run({ target, ...event });
            await world.settle();
          }
          world.clock.advance(20_000);
          await last.advance(5);
          for (const what of ["look up", "pass", "pass"] as const) {
            last.run(what);
            await world.settle();
          }
          requireExact(world, seen);
        },
      ),
      { numRuns: runs(bySaying ? 150 : 300) },
    );
  },
);

// Every history of three lists that have one hash or not, and every place where a process may be paused or killed.
const histories = Array.from({ length: 8 }, (_, bits) => [1, 2, 4].map((bit) => (bits & bit ? [0] : [])));
const event = { target: targets[0] ?? "", version: 1, hash: 0 };

test.each(
  EITHER.flatMap(([by, bySaying]) => (["look up", "pass"] as const).map((what) => [by, what, bySaying] as const)),
)(
  "by %s: a process that is paused or killed at any step of a %s, while another one passes with a newer list, leaves nothing wrong",
  async (_, what, bySaying) => {
    for (const history of histories) {
      for (const resumes of [true, false]) {
        for (let steps = 0, paused = true; paused; steps++) {
          const world = new World(history, bySaying);
          const [first, second] = [new Process(world), new Process(world)];
          await doAll(world, first, 1, what === "pass" ? ["pass", event, "look up"] : [event]);
          await first.advance(2);
          first.run(what);
          for (let nth = 0; nth < steps; nth++) await world.step(first);
          paused = first.isBusy;
          world.clock.advance(20_000);
          await doAll(world, second, 3, what === "pass" ? ["look up", "pass"] : ["pass"], second);
          first.killed = !resumes;
          await world.settle();
          await doAll(world, second, 3, ["look up"]);
          requireExact(world, new Map([[event.target, event]]));
        }
      }
    }
  },
);

test.each(EITHER)(
  "by %s: a target that was looked up between two passes is searched in what is new since then",
  async (_, bySaying) => {
    for (const history of histories) {
      const world = new World(history, bySaying);
      const process = new Process(world);
      await doAll(world, process, 1, ["pass"]);
      await doAll(world, process, 2, [event, "look up"]);
      await doAll(world, process, 3, ["pass"]);
      requireExact(world, new Map([[event.target, event]]));
    }
  },
);

async function doAll(
  world: World,
  process: Process,
  counter: number,
  all: readonly Parameters<Process["run"]>[0][],
  alone?: Process,
): Promise<void> {
  await process.advance(counter);
  for (const one of all) {
    process.run(one);
    for (let idle = 0; process.isBusy && idle < 50;) idle = (await world.step(alone)) ? 0 : idle + 1;
  }
}

function requireExact(world: World, seen: ReadonlyMap<string, { hash: number }>): void {
  const range = world.ranges.documents.get(RANGE)?.state;
  expect(range && markIn(range, "a")).toBe(world.history.length);
  for (const [target, { hash }] of seen) {
    const id = matchIdOf(target, 1);
    const row = world.rows.documents.get(id)?.state;
    const wanted = (world.history.at(-1) ?? []).includes(hash) ? [entryOf(hash).entryId] : [];
    const found = row?.searched.flatMap(({ hits }) => hits.map(({ entryId }) => entryId));
    expect([row?.pending, found, row?.told?.hits.map(({ entryId }) => entryId)]).toEqual([false, wanted, wanted]);
  }
}
