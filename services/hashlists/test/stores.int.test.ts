import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { derivedId, MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { containersMissing, eventually, startMongoContainer } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHUNK } from "../src/chunks/chunk-builder.ts";
import { entriesOf } from "../src/chunks/entry-chunk.ts";
import { entryIds, idTexts } from "../src/entries/entry-id.ts";
import { joinRepeats } from "../src/entries/join-repeats.ts";
import { idsIn } from "../src/entries/find-entries.ts";
import { revoke, type HashSetState } from "../src/sets/hash-set.ts";
import { newRevocation, type RevocationState } from "../src/revocations/revocation.ts";
import { chunksOf, EntryWriter, removePart } from "../src/entries/store-entries.ts";
import { streamRevocations } from "../src/revocations/rpc-stream-revocations.ts";
import { knownRevoked } from "../src/revoked/known-revoked.ts";
import { revokedIn } from "../src/revoked/revoked-in.ts";
import { freezeIds } from "../src/revocations/store-revocations.ts";
import type { LineFault } from "../src/releases/release.ts";
import { counterKey } from "../src/sets/counter-key.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { finishRevocation } from "../src/sets/take-effect.ts";
import { entriesIn, md5 } from "./bed.ts";
import { many, setState, takenBack } from "./taken-back.ts";

const noContainers = await containersMissing();
const stores = [
  { name: "sqlite", missing: undefined },
  { name: noContainers === undefined ? "mongo" : `mongo (skipped: ${noContainers})`, missing: noContainers },
];

const SET = "s";
// More in one bucket than are read at once, some in those beside it.
const lines = inBuckets(
  new Map([
    [0x29, 3],
    [0x2a, 4 * CHUNK + 5],
    [0x2b, 2],
  ]),
);

describe.each(stores)("on $name", ({ name, missing }) => {
  const held = new AsyncDisposableStack();
  let collections: Collections;
  beforeAll(async () => {
    if (missing !== undefined) return;
    const dir = await mkdtemp(join(tmpdir(), "ntd-hashlists-"));
    held.defer(() => rm(dir, { recursive: true, force: true }));
    const url = name === "sqlite" ? `file:${join(dir, "store")}` : `${held.use(await startMongoContainer()).url}/ntd`;
    collections = await openCollections(held.use(await openStore(url)));
  });
  afterAll(() => held.disposeAsync());

  test.skipIf(missing !== undefined)(
    "entries are streamed, found by their ids and removed, chunk after chunk",
    async () => {
      const [part, other] = [randomUUID(), randomUUID()];
      for (const into of [part, other]) {
        const writer = new EntryWriter(collections, SET, into);
        await writer.add(lines);
        await writer.end();
        expect(writer.count).toBe(lines.length);
      }
      const idOf = ({ value }: { value: string }) => derivedId("entry", SET, "MD5", value);
      const came: string[] = [];
      for await (const page of chunksOf(collections, part)) {
        came.push(...page.flatMap(({ state }) => entriesOf(state)).map(({ entryId }) => entryId));
      }
      expect(came.toSorted()).toEqual(lines.map(idOf).toSorted());
      const wanted = [lines[0], lines[1], lines.at(-1), lines.at(-2)].map((line) => idOf(line ?? { value: "" }));
      expect((await idsIn(collections, part, [...wanted, randomUUID()])).size).toBe(new Set(wanted).size);
      expect(await idsIn(collections, part, came)).toEqual(new Set(came));
      expect(await idsIn(collections, randomUUID(), wanted)).toEqual(new Set());
      expect(await removePart(collections, part, new AbortController().signal)).toBe(true);
      expect([await entriesIn(collections.entries, part), await entriesIn(collections.entries, other)]).toEqual([
        0,
        lines.length,
      ]);
      const prints = async (of: string) => (await collections.prints.count({ part: of })).count;
      expect([await prints(part), await prints(other)]).toEqual([0, 7]);
    },
  );

  test.skipIf(missing !== undefined)(
    "what stands twice is listed once, and refused by both its lines where it is told otherwise, however far apart they are",
    async () => {
      const part = randomUUID();
      const writer = new EntryWriter(collections, SET, part);
      await writer.add(lines);
      const again = [lines[3], lines[2 * CHUNK], lines.at(-1)].flatMap((one) => one ?? []);
      const told = [{}, { votes: 7 }, { scheme: "s", code: "B" }];
      await writer.add(again.map((one, i) => ({ ...one, line: 100_000_000 + i, ...told[i] })));
      await writer.end();
      const faults: LineFault[] = [];
      const refuse = (fault: LineFault) => void faults.push(fault);
      const joining = { part, repeats: "exactly", withdrawn: new Set<string>(), proceed: () => {}, refuse } as const;
      expect(await joinRepeats(collections, joining)).toMatchObject({ repeated: 1, contradicting: 2 });
      expect(faults.toSorted((a, b) => a.line - b.line)).toEqual(
        again.slice(1).map(({ algorithm, value, line }, i) => ({
          line: 100_000_001 + i,
          field: "value",
          problem: `"${value.slice(0, 8)}…" (${algorithm.toLowerCase()}) is the same hash as at ${line}, told otherwise${i === 0 ? "" : " (class s B, there none)"}; keep one of them`,
          reason: "REFUSED_REASON_CONTRADICTS",
          value: `${value.slice(0, 8)}…`,
        })),
      );
    },
  );

  test.skipIf(missing !== undefined)(
    "what stands twice is made one, with a vote for each who lists it, and what is withdrawn goes with its chunk",
    async () => {
      const part = randomUUID();
      const writer = new EntryWriter(collections, SET, part);
      const told = lines.slice(0, 1500).map((one) => ({ ...one, sourceId: "a-1", votes: 1 }));
      await writer.add(told);
      await writer.add(
        told.slice(0, 500).map((one, i) => ({ ...one, sourceId: i < 250 ? "b-1" : "a-2", line: 2000 + i })),
      );
      await writer.add(told.slice(1000).map((one, i) => ({ ...one, sourceId: "gone", line: 3000 + i })));
      await writer.end();
      const voterOf = (sourceId: string) => sourceId.slice(0, 1);
      const nothing = { proceed: () => {}, refuse: () => {} };
      const joining = { part, repeats: { voterOf }, withdrawn: new Set(["gone"]), ...nothing };
      const joined = await joinRepeats(collections, joining);
      expect(joined).toEqual({ repeated: 500, otherClass: 0, contradicting: 0, withdrawn: 500 });
      const votes: number[] = [];
      for await (const page of chunksOf(collections, part)) {
        votes.push(...page.flatMap(({ state }) => entriesOf(state)).map((entry) => entry.votes));
      }
      expect([votes.length, votes.filter((n) => n === 2).length, votes.filter((n) => n === 1).length]).toEqual([
        1500, 250, 1250,
      ]);
      // Begun again, as after a crash, it finds nothing to do.
      expect(await joinRepeats(collections, joining)).toMatchObject({ repeated: 0, withdrawn: 0 });
    },
  );

  test.skipIf(missing !== undefined)(
    "each revocation is told with its counter, whoever is killed or comes late",
    async () => {
      const setId = `set-${randomUUID()}`;
      const clock = new MovableClock();
      const needed = { ...collections, clock };
      await collections.sets.insert(setId, setState(setId, clock.now()));
      const ids = Array.from({ length: 3 }, (_, i) => [randomUUID(), ...(i === 1 ? many(2500) : [])]);
      const [first, second, third] = [await frozen(ids[0]), await frozen(ids[1]), await frozen(ids[2])];
      const told = async (after: number) => {
        const counters = new Map<number, number>();
        for await (const some of revokedIn(collections, await current(), after)) {
          for (const one of some) counters.set(one.counter, (counters.get(one.counter) ?? 0) + idTexts(one.ids).length);
        }
        return [...counters];
      };

      // Killed behind the set: only the set knows.
      const set = await collections.sets.load(setId);
      if (set === undefined) throw new Error("the set is there");
      await collections.sets.save(set, revoke(set.state, first, clock.now()));
      expect(await told(0)).toEqual([[1, 1]]);
      // The next one notes it first, and who comes late with it does nothing.
      await finishRevocation(needed, second);
      await finishRevocation(needed, first);
      expect(await told(0)).toEqual([
        [1, 1],
        [2, 2501],
      ]);
      await Promise.all([
        finishRevocation(needed, third),
        finishRevocation(needed, third),
        finishRevocation(needed, second),
      ]);
      expect(await told(0)).toEqual([
        [1, 1],
        [2, 2501],
        [3, 1],
      ]);
      expect(await told(1)).toEqual([
        [2, 2501],
        [3, 1],
      ]);
      expect(await told(3)).toEqual([]);
      expect((await current()).counter).toBe(3);
      const some = ids.map((list) => list.at(-1) ?? "");
      const revoked = await knownRevoked(collections)(await current());
      expect(revoked.among([...some, randomUUID()])).toEqual(new Set(some));

      async function current(): Promise<HashSetState> {
        return (await collections.sets.load(setId))?.state ?? setState(setId, clock.now());
      }
      async function frozen(list: string[] = []): Promise<RevocationState> {
        const [revocationId, part] = [randomUUID(), randomUUID()];
        for (let begun = 0; begun < 2; begun++) await freezeIds(collections, part, list);
        const asked = {
          revocationId,
          setId,
          part,
          reason: "r",
          requestedBy: "a",
          digest: "d",
          alreadyRevoked: 0,
          persons: 1 as const,
        };
        const state = newRevocation({ ...asked, entryCount: 1, requestedTime: clock.now() }, 0);
        await collections.revocations.insert(revocationId, state);
        return state;
      }
    },
  );

  test.skipIf(missing !== undefined)(
    "what took effect is packed by who reads all of it, and is the same for who reads on",
    async () => {
      const setId = `set-${randomUUID()}`;
      const ids = many(1300);
      const set = await takenBack(collections, setState(setId, new Date()), ids);
      await collections.sets.insert(setId, set);
      const unpacked = { ...collections, packedSteps: nothingPacked(collections) };
      const of = async (from: typeof collections, after: number, through?: number) => {
        const all: string[] = [];
        for await (const some of revokedIn(from, set, after, through)) {
          for (const { counter, cause, revokedBy, ids: own } of some)
            for (const id of idTexts(own)) all.push(`${counter} ${cause} ${revokedBy.join()} ${id}`);
        }
        return all;
      };
      const spans = [[0], [0, 700], [3, 1150], [999, 1001], [1000], [1200]] as const;
      const expected: string[][] = [];
      for (const [after, through] of spans) expected.push(await of(unpacked, after, through));
      expect(expected[0]?.length).toBe(1300 + 2400 + 1 - 2);
      const kept = () => collections.packedSteps.find({ where: { through: counterKey(setId, 1000) }, limit: 2 });
      await eventually("what was read is packed", async () => (await of(collections, 0), (await kept()).length === 1));
      for (const [nth, [after, through]] of spans.entries()) {
        expect(await of(collections, after, through)).toEqual(expected[nth]);
      }
      const told = async (together: boolean) => {
        const first = new Map<string, string>();
        let messages = 0;
        for await (const one of streamRevocations(collections)({ setId, afterCounter: 0n, together })) {
          messages++;
          for (const id of one.entryIds) if (!first.has(id)) first.set(id, `${one.cause} ${one.revokedBy.join()}`);
        }
        return { messages, first };
      };
      const [together, each] = [await told(true), await told(false)];
      expect(together.first).toEqual(each.first);
      expect(each.messages).toBeGreaterThan(1300);
      expect(together.messages).toBeLessThan(10);
      // One that is missing is read by itself.
      await collections.packedSteps.remove(counterKey(setId, 0));
      expect(await of(collections, 3, 1150)).toEqual(expected[2]);
    },
  );
});

function nothingPacked({ packedSteps }: Collections): Collections["packedSteps"] {
  const insertMany = () => Promise.resolve(0);
  return { ...packedSteps, insertMany, pages: async function* none() {} };
}

/** Lines whose entries are in these buckets, so many in each. */
function inBuckets(counts: Map<number, number>) {
  const idOf = entryIds(SET);
  const left = new Map(counts);
  const found = [];
  for (let n = 1; [...left.values()].some((count) => count > 0); n++) {
    const bucket = idOf("MD5", md5(n))[0] ?? 0;
    const wanted = left.get(bucket) ?? 0;
    if (wanted === 0) continue;
    left.set(bucket, wanted - 1);
    const entry = {
      algorithm: "MD5" as const,
      value: md5(n),
      quality: 0,
      scheme: "",
      code: "",
      votes: 1,
      sourceId: "",
    };
    found.push({ ...entry, line: n + 1 });
  }
  return found;
}
