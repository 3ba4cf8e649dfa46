import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId } from "@ntd/service";
import { expect, test } from "vitest";
import { changesTo } from "../src/lists/entry-changes.ts";
import { ReleaseChange } from "../src/entries/release-change.ts";
import { toBeFound } from "../src/entries/listed-entry.ts";
import { LoadedSet } from "../src/lists/loaded-set.ts";
import { ReleaseBuilder } from "../src/entries/release-builder.ts";
import { readRevocations, type Hashlists } from "../src/lists/set-entries.ts";
import { planOf } from "../src/search/search-plan.ts";
import type { KnownSet } from "../src/store.ts";
import { policy, thresholds } from "./bed.ts";

const signal = AbortSignal.abort("never asked");
const COUNT = 40;
const fingerprintOf = (n: number) => ({
  algorithm: "ALGORITHM_MD5" as const,
  value: Uint8Array.from({ length: 16 }, (_, at) => (at === 0 ? n : 1)),
  quality: 0,
});
const entryOf = (n: number): Entry => ({
  entryId: derivedId("entry", n),
  fingerprint: fingerprintOf(n),
  classification: undefined,
  votes: 1,
});
const knownAt = (counter: number, restoredCounter?: number): KnownSet => ({
  schemaVersion: 1,
  setId: "a",
  version: counter,
  policy,
  activeReleaseId: "r",
  entryCount: COUNT,
  counter,
  ...(restoredCounter !== undefined && { restoredCounter }),
});

async function loadedAt(counter: number): Promise<LoadedSet> {
  using builder = new ReleaseBuilder(thresholds);
  for (let n = 0; n < COUNT; n++) builder.add(entryOf(n));
  const entries = await builder.build();
  entries.revokedThrough = entries.hiddenThrough = counter;
  return new LoadedSet(knownAt(counter), entries);
}

const isFound = async (set: LoadedSet, n: number) =>
  (await set.search(planOf([fingerprintOf(n)], "exact-1"))).length > 0;

/** Hashlists that says that an entry is revoked, through a counter, and does something else before it ends. */
function saying(n: number, through: number, meanwhile = async () => {}): Pick<Hashlists, "streamRevocations"> {
  const why = { cause: "REVOCATION_CAUSE_WRONG_FILE" as const, revokedBy: [] };
  return {
    async *streamRevocations() {
      yield { counter: 2n, entryIds: [entryOf(n).entryId], throughCounter: BigInt(through), ...why };
      await meanwhile();
    },
  } as Pick<Hashlists, "streamRevocations">;
}

async function giveBack(set: LoadedSet, n: number, through: number) {
  const found = toBeFound(entryOf(n), thresholds);
  if (found === undefined) throw new Error("it is found");
  const change = new ReleaseChange(set.entries);
  change.gone.add(entryOf(n).entryId);
  change.add(found);
  (await change.prepare({ size: COUNT, through, restored: through }))();
}

test("given an answer from before an entry was given back, when it comes late, then it hides nothing", async () => {
  const set = await loadedAt(1);
  const late = saying(7, 2, () => giveBack(set, 7, 3));
  expect(await readRevocations(late as Hashlists, knownAt(2), set.entries, signal)).toBe(0);
  expect(set.entries).toMatchObject({ revokedThrough: 3, restoredThrough: 3 });
  const now = new LoadedSet(knownAt(3, 3), set.entries);
  expect(await isFound(now, 7)).toBe(true);
  // What was revoked behind that is hidden, in whatever row it is by now.
  expect(await readRevocations(saying(7, 4) as Hashlists, knownAt(4, 3), set.entries, signal)).toBe(1);
  expect(await isFound(new LoadedSet(knownAt(4, 3), set.entries), 7)).toBe(false);
});

test("given more hidden than a set's counter says, when something is given back, then the list is read whole", async () => {
  const changed = async (hiddenThrough: number) => {
    const set = await loadedAt(2);
    set.entries.hiddenThrough = hiddenThrough;
    const header = {
      historyUnknown: false,
      throughCounter: 4n,
      releaseId: "r",
      entryCount: BigInt(COUNT),
      policy: undefined,
      policyChanged: false,
      othersInBetween: true,
    };
    const streamChanges = async function* tell() {
      yield { header, added: [entryOf(7)], changed: [], removedEntryIds: [] };
    } as Hashlists["streamChanges"];
    return await changesTo(knownAt(4, 4), set, { streamChanges }, signal);
  };
  expect(await changed(2)).toMatchObject({ gone: 1, come: 1, restored: 4 });
  expect(await changed(3)).toBeUndefined();
});
