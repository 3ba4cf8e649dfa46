import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "@ntd/proto/casework/v1/case";
import { derivedId, MovableClock } from "@ntd/service";
import { openStore, type Store } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourcesOf } from "../src/entries/find-entries.ts";
import { nothingSaid } from "../src/opinions/entry-opinions.ts";
import { startTellingOpinions } from "../src/opinions/every-second-tell-opinions.ts";
import { growList } from "../src/proposals/every-minute-grow-list.ts";
import { onCase } from "../src/proposals/on-case.ts";
import { proposalIdOf } from "../src/proposals/store-proposals.ts";
import { layersIn } from "../src/releases/release.ts";
import { knownRevoked } from "../src/revoked/known-revoked.ts";
import { standingOf } from "../src/standings/standing.ts";
import { tellStandings } from "../src/standings/tell-standings.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { depsOver } from "./deps.ts";
import { ALIKE, caseEvent as event, DAY_MS, entryOf, insertNational, setId, shaOf } from "./growth-bed.ts";
import { toldCase, type Says } from "./growth-bed.ts";

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-growth-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const PDQ_ENTRY = derivedId("entry", setId, "PDQ", ALIKE);

function told(file: number, says: Says, persons: readonly string[], now = new Date(0)): Case {
  return toldCase(file, says, persons, { now });
}

/** The service's room on a store of its own, with the national set in it. It dies behind so many writes, once that is said. */
async function openGrowth(name: string) {
  store = await openStore(`file:${join(dir, `${name}.sqlite`)}`);
  const collections = await openCollections(store);
  const life = { writesLeft: Infinity };
  const mortal = Object.fromEntries(
    Object.entries(collections).map(([key, collection]) => [key, mortalOf(collection as object, life)]),
  ) as unknown as Collections;
  const clock = new MovableClock();
  const deps = depsOver(mortal, clock);
  await insertNational(collections);
  // Each run a minute behind the last one: they are not a burst.
  const grow = () => (clock.advance(60_000), growList(deps));
  return { deps, collections, life, clock, grow };
}

function mortalOf<T extends object>(collection: T, life: { writesLeft: number }): T {
  return new Proxy(collection, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      if (!["insert", "save", "insertMany"].includes(String(key))) return member.bind(target) as unknown;
      return async (...args: unknown[]) => {
        const answer: unknown = await (member.apply(target, args) as Promise<unknown>);
        if (--life.writesLeft < 0) throw new Error("died");
        return answer;
      };
    },
  });
}

/** How an entry stands, and whether others were told so. */
async function standing({ opinions }: Collections, entryId: string) {
  const of = (await opinions.load(entryId))?.state ?? nothingSaid(setId, entryId);
  const { disabled, disputed } = standingOf(of);
  const { disabled: toldDisabled = false, disputed: toldDisputed = false } = of.told.at(-1) ?? {};
  return { disabled, disputed, isTold: disabled === toldDisabled && disputed === toldDisputed };
}

const FOUND = { disabled: false, disputed: false, isTold: true };
const SUSPENDED = { ...FOUND, disabled: true };
const DISPUTED = { ...FOUND, disputed: true };

async function inList(collections: Collections, ids: string[]): Promise<string[]> {
  const set = (await collections.sets.load(setId))?.state;
  const release = await collections.releases.load(set?.active?.releaseId ?? "");
  if (set === undefined || release === undefined) return [];
  const there = await sourcesOf(collections, layersIn(release.state) ?? [], new Set(ids));
  const revoked = (await knownRevoked(collections)(set)).among(ids);
  return ids.filter((id) => there.has(id) && !revoked.has(id));
}

test("what two saw is listed together with a vote of each, and taken back by who took back the decision", async () => {
  const { deps, collections, grow } = await openGrowth("one");
  const hear = onCase(deps);
  await hear(event(told(0, "illegal", ["assessor/ann"]), 1));
  await grow();
  expect(await inList(collections, [entryOf(0)])).toEqual([]);
  await hear(event(told(0, "illegal", ["assessor/ann", "assessor/ben"]), 2));
  await hear(event(told(1, "illegal", ["assessor/ann", "assessor/ben"]), 1));
  await grow();
  const all = [entryOf(0), entryOf(1), PDQ_ENTRY];
  expect(await inList(collections, all)).toEqual(all);
  expect(
    (await collections.releases.find({ where: { visibleIn: setId }, orderBy: "uploadedTime", limit: 10 })).length,
  ).toBe(1);

  await hear(event(told(0, "over", ["assessor/cleo"]), 3));
  await grow();
  expect(await inList(collections, all)).toEqual([entryOf(1), PDQ_ENTRY]);
  const [revocation] = await collections.revocations.find({ where: { setId }, orderBy: "requestedTime", limit: 10 });
  expect(revocation?.state).toMatchObject({
    cause: "REVOCATION_CAUSE_NOT_ILLEGAL",
    requestedBy: "assessor/cleo",
    stage: { name: "effective", approval: { by: "assessor/zoe" } },
  });
  expect((await collections.proposals.load(proposalIdOf(shaOf(0).toString("hex"))))?.state.stage.name).toBe("revoked");
  await hear(event(told(1, "over", ["assessor/cleo"]), 2));
  await grow();
  expect(await inList(collections, all)).toEqual([]);
  await store[Symbol.asyncDispose]();
});

test("while its decision is in doubt an entry is not found, and disputed once that has lapsed; it comes back with the decision, or falls with it", async () => {
  const { deps, collections, clock, grow } = await openGrowth("doubt");
  const hear = onCase(deps);
  const both = ["assessor/ann", "assessor/ben"];
  for (const file of [0, 1]) await hear(event(told(file, "illegal", both), 1));
  await grow();
  const standings = () => Promise.all([entryOf(0), entryOf(1), PDQ_ENTRY].map((id) => standing(collections, id)));
  expect(await standings()).toEqual([FOUND, FOUND, FOUND]);

  await hear(event(told(0, "doubted", both, clock.now()), 2));
  await grow();
  // The other one, which looks alike, is in no doubt.
  expect(await standings()).toEqual([SUSPENDED, FOUND, FOUND]);
  await hear(event(told(1, "doubted", both, clock.now()), 2));
  await grow();
  expect(await standings()).toEqual([SUSPENDED, SUSPENDED, SUSPENDED]);
  expect(await inList(collections, [entryOf(0), entryOf(1)])).toEqual([entryOf(0), entryOf(1)]);

  clock.advance(DAY_MS);
  const stop = startTellingOpinions(deps);
  await eventually("all have lapsed", async () => (await standings()).every(({ disputed }) => disputed));
  await stop[Symbol.asyncDispose]();
  await hear(event(told(0, "illegal", both), 3));
  await grow();
  expect(await standings()).toEqual([FOUND, DISPUTED, FOUND]);

  await hear(event(told(1, "over", ["assessor/cleo"]), 3));
  await grow();
  expect(await inList(collections, [entryOf(0), entryOf(1), PDQ_ENTRY])).toEqual([entryOf(0), PDQ_ENTRY]);
  // Whoever gives it back later finds nothing against it.
  expect(await standings()).toEqual([FOUND, FOUND, FOUND]);
  await store[Symbol.asyncDispose]();
});

test("of files that look alike the one entry is in doubt where all of them are by now, whichever comes or goes", async () => {
  const { deps, collections, clock, grow } = await openGrowth("alike");
  const hear = onCase(deps);
  const both = ["assessor/ann", "assessor/ben"];
  const alike = () => tellStandings(deps, setId).then(() => standing(collections, PDQ_ENTRY));
  await hear(event(told(0, "illegal", both), 1));
  await grow();
  await hear(event(told(0, "doubted", both, clock.now()), 2));
  await grow();
  expect(await alike()).toEqual(SUSPENDED);
  // Another one is listed whose decision stands.
  await hear(event(told(1, "illegal", both), 1));
  await grow();
  expect(await alike()).toEqual(FOUND);
  // And falls.
  await hear(event(told(1, "over", ["assessor/cleo"]), 2));
  await grow();
  expect(await inList(collections, [entryOf(1), PDQ_ENTRY])).toEqual([PDQ_ENTRY]);
  expect(await alike()).toEqual(SUSPENDED);
  await store[Symbol.asyncDispose]();
});

test("what comes in a burst is few releases, and says when there is more to do", async () => {
  const { deps, collections, clock } = await openGrowth("burst");
  const hear = onCase(deps);
  const pauses: (number | void)[] = [];
  for (let file = 0; file < 14; file++) {
    await hear(event(told(file, "illegal", ["assessor/ann", "assessor/ben"]), 1));
    clock.advance(100);
    pauses.push(await growList(deps));
  }
  const { state: set } = (await collections.sets.load(setId)) ?? {};
  expect(set?.activations).toHaveLength(2);
  expect(pauses[0]).toBeUndefined();
  expect(pauses.at(-1)).toBeGreaterThan(0);
  clock.advance(1000);
  expect(await growList(deps)).toBeUndefined();
  const all = Array.from({ length: 14 }, (_, file) => entryOf(file));
  expect(await inList(collections, all)).toEqual(all);
  await store[Symbol.asyncDispose]();
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      file: fc.nat(2),
      says: fc.constantFrom<Says>("illegal", "illegal", "doubted", "alone", "over"),
      persons: fc.constantFrom(["assessor/ann"], ["assessor/ben", "assessor/ann"]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ again: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ dieAfter: fc.option(fc.nat(25), { nil: Infinity }) }) },
);

test(
  "whatever is decided and taken back, told again and cut off at any write: in the list is what stands and two saw",
  async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { deps, collections, life, clock, grow } = await openGrowth(`run-${n++}`);
        const hear = onCase(deps);
        const events: [Case, number][] = [];
        const now = [0, 1, 2].map(() => ({
          stands: false,
          ready: false,
          mayBeListed: false,
          wasReady: false,
          fell: false,
          doubted: false,
        }));
        for (const [at, one] of steps.entries()) {
          if ("dieAfter" in one) {
            life.writesLeft = one.dieAfter;
            await grow().catch(() => {});
            life.writesLeft = Infinity;
            for (const file of now) if (file.ready) file.mayBeListed = file.wasReady = true;
          } else if ("again" in one) {
            const earlier = events[one.again];
            if (earlier !== undefined) await hear(event(...earlier));
          } else {
            const said = told(one.file, one.says, one.persons, clock.now());
            events.push([said, at + 1]);
            await hear(event(said, at + 1, clock.now()));
            const file = now[one.file];
            if (file === undefined) continue;
            const callsIllegal = one.says === "illegal" || one.says === "doubted";
            const isKnown = file.stands || callsIllegal;
            file.doubted = one.says === "doubted" || one.says === "alone";
            file.ready = one.says === "illegal" && one.persons.length === 2;
            file.stands = callsIllegal || (one.says === "alone" && isKnown);
            if (!file.stands && file.mayBeListed) file.fell = true;
          }
        }
        for (let more = 0; more < 3; more++) await grow();
        const listed: { doubted: boolean }[] = [];
        for (const [nth, file] of now.entries()) {
          const isListed = (await inList(collections, [entryOf(nth)])).length > 0;
          if (isListed) expect([nth, file.stands, file.ready || file.wasReady]).toEqual([nth, true, true]);
          if (isListed)
            expect([nth, await standing(collections, entryOf(nth))]).toEqual([nth, file.doubted ? SUSPENDED : FOUND]);
          if (file.ready && !file.fell) expect([nth, isListed]).toEqual([nth, true]);
          if (isListed) listed.push(file);
        }
        await tellStandings(deps, setId);
        if (listed.length > 0 && (await inList(collections, [PDQ_ENTRY])).length > 0) {
          const stands = listed.some(({ doubted }) => !doubted);
          expect(await standing(collections, PDQ_ENTRY)).toEqual(stands ? FOUND : SUSPENDED);
        }
        await store[Symbol.asyncDispose]();
      }),
      { numRuns: runs(15) },
    );
  },
  longest(240_000),
);
