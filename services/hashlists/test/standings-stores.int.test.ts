import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { derivedId, MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { containersMissing, startMongoContainer } from "@ntd/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idBytes } from "../src/entries/entry-id.ts";
import { finishCall } from "../src/opinions/finish-call.ts";
import type { OpinionCallState } from "../src/opinions/opinion-call.ts";
import { newSet } from "../src/sets/hash-set.ts";
import { AS_LISTED, standingOf, type Told } from "../src/standings/standing.ts";
import { toldBehind } from "../src/standings/told-behind.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { policy } from "./bed.ts";

const noContainers = await containersMissing();
const stores = [
  { name: "sqlite", missing: undefined },
  { name: noContainers === undefined ? "mongo" : `mongo (skipped: ${noContainers})`, missing: noContainers },
];
const OPINIONS = ["ENTRY_OPINION_POSITIVE", "ENTRY_OPINION_NEGATIVE", "ENTRY_OPINION_SEED", undefined] as const;
const entryOf = (setId: string, n: number) => derivedId("entry", setId, String(n));

/** What one says of some entries, and after how many writes whoever brings it there dies, for the first time. */
const call = fc.record({
  person: fc.constantFrom("anna", "ben", "carl"),
  entries: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 4 }),
  opinion: fc.constantFrom(...OPINIONS),
  dies: fc.option(fc.nat(9)),
});

/** Collections that write so often, and never again. */
function dyingAfter(collections: Collections, writes: number): Collections {
  let left = writes;
  const write = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (left-- <= 0) throw new Error("killed");
      return act(...args);
    };
  };
  const of = <T extends Pick<Collections["opinions"], "insert" | "save">>(collection: T): T =>
    new Proxy(collection, {
      get(target, name) {
        const found = Reflect.get(target, name) as unknown;
        if (typeof found !== "function") return found;
        const act = (found as (...args: unknown[]) => Promise<unknown>).bind(target);
        return name === "insert" || name === "save" ? write(act) : act;
      },
    });
  return { ...collections, sets: of(collections.sets as never), opinions: of(collections.opinions) } as Collections;
}

describe.each(stores)("on $name", ({ name, missing }) => {
  const held = new AsyncDisposableStack();
  let collections: Collections;
  beforeAll(async () => {
    if (missing !== undefined) return;
    const dir = await mkdtemp(join(tmpdir(), "ntd-standings-"));
    held.defer(() => rm(dir, { recursive: true, force: true }));
    const url = name === "sqlite" ? `file:${join(dir, "store")}` : `${held.use(await startMongoContainer()).url}/ntd`;
    collections = await openCollections(held.use(await openStore(url)));
  });
  afterAll(() => held.disposeAsync());

  test.skipIf(missing !== undefined)(
    "whatever several say at once, and wherever who brings it there dies: in the end all that counts is told, and nothing twice",
    async () => {
      let sets = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 5 }), async (said) => {
          const setId = `s${sets++}`;
          const given = { setId, policy, createdBy: "maintainer/anna", createdTime: new Date(0) };
          await collections.sets.insert(setId, newSet({ ...given, createdRequest: setId, createdDigest: "" }));
          const process = (of: Collections) => ({ ...of, clock: new MovableClock(), notedStandings: new Map() });
          const calls = said.map(({ person, entries, opinion }, nth): OpinionCallState => {
            const one = { person: `maintainer/${person}`, organisation: person, note: "", time: new Date(nth) };
            const ids = Uint8Array.from(idBytes(entries.map((n) => entryOf(setId, n))));
            const what = { given: { ...one, ...(opinion && { opinion }) }, ids, isDone: false };
            return { schemaVersion: 1, callId: `${setId}.${nth}`, setId, digest: "", ...what };
          });
          for (const one of calls) await collections.opinionCalls.insert(one.callId, one);
          const end = async (one: OpinionCallState, writes: number) =>
            finishCall(process(dyingAfter(collections, writes)), one).catch((error: Error) => {
              expect(error.message).toBe("killed");
            });
          await Promise.all(calls.map((one, nth) => end(one, said[nth]?.dies ?? Infinity)));
          // As the loop does, once whoever died has been started again.
          await Promise.all(calls.map((one) => end(one, Infinity)));
          await requireTold(setId, said.length);
        }),
        { numRuns: name === "sqlite" ? 40 : 15 },
      );
    },
  );

  async function requireTold(setId: string, calls: number): Promise<void> {
    const set = (await collections.sets.load(setId))?.state;
    const told = new Map<string, readonly Told[]>();
    for await (const some of toldBehind(collections, set ?? { setId }, 0)) {
      for (const one of some) told.set(one.entryId, one.told);
    }
    for (let n = 0; n < 5; n++) {
      const of = (await collections.opinions.load(entryOf(setId, n)))?.state;
      const counts = of === undefined ? AS_LISTED : standingOf(of);
      const all = told.get(entryOf(setId, n)) ?? [];
      const { counter, ...newest } = all.at(-1) ?? { counter: 0, ...AS_LISTED };
      expect(newest).toEqual(counts);
      expect(counter).toBeLessThanOrEqual(set?.counter ?? 0);
      // What is told again is other than what was told before.
      for (const [at, one] of all.entries()) {
        const { counter: then, ...before } = all[at - 1] ?? { counter: 0, ...AS_LISTED };
        const { counter: now, ...after } = one;
        expect(now).toBeGreaterThan(then);
        expect(after).not.toEqual(before);
      }
    }
    expect(set?.counter).toBeLessThanOrEqual(calls * 5);
  }
});
