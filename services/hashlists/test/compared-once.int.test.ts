import { AddedEntries } from "@ntd/proto/matching/v1/list_impact_service";
import { Problem } from "@ntd/service";
import { setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import { compareRelease } from "../src/comparison/rpc-compare-release.ts";
import type { Deps } from "../src/deps.ts";
import { KeptAsks, packed } from "../src/impact/asks.ts";
import { HEADER, md5, md5Line } from "./bed.ts";
import { by, openTestDeps, setInForce, uploaded, watching } from "./deps.ts";

// Ten million entries are read once to compare them, however long it takes others to say what stands on them.

/** Peers that answer once they are up, and what they were asked. */
function peers() {
  const peers = { isUp: true, asked: [] as string[][], removed: 0 };
  const requireUp = () => {
    if (!peers.isUp) throw new Problem("PEER_UNAVAILABLE");
  };
  const casework = {
    async assessEntries({ entryIds }: { entryIds: Uint8Array }) {
      requireUp();
      peers.removed = entryIds.length / 16;
      return { caseCount: 0, liveEntryCount: 0, isMore: false };
    },
  };
  const matching = {
    async assessAdded(requests: AsyncIterable<{ part?: { $case: string; value: unknown } }>) {
      requireUp();
      const hashes: string[] = [];
      for await (const { part } of requests) {
        if (part?.$case !== "entries") continue;
        hashes.push(
          ...(part.value as AddedEntries).fingerprints.map(({ value }) => Buffer.from(value).toString("hex")),
        );
      }
      peers.asked.push(hashes.toSorted());
      return {
        entryCount: hashes.length,
        nearNegativeCount: 0,
        metEntryCount: 0,
        metRowCount: 0,
        rowCount: 0,
        isMore: false,
      };
    },
  };
  return { peers, settings: { casework, matching } as unknown as Pick<Deps, "casework" | "matching"> };
}

/** A hundred entries in force, and a release of them that drops 1 to 30 and adds 101 to 105; how often entries are read. */
async function openCompared() {
  const { peers: told, settings } = peers();
  const bed = { ...(await openTestDeps()), ...settings };
  const setId = await setInForce(bed, setMembers("anna", "ben"), 100);
  const rows = Array.from({ length: 75 }, (_, i) => md5Line(i + 31));
  const releaseId = await uploaded(bed, setId, [HEADER, ...rows, ""].join("\n"));
  const reads = { count: 0 };
  const deps = watching(bed, "entries", { before: () => void reads.count++ });
  const compare = async (on: Deps = deps) => (await compareRelease(on)({ releaseId }, by("ben"))).comparison;
  return { bed, deps, told, reads, compare };
}

const added = [101, 102, 103, 104, 105].map(md5);

test("what was compared as it was uploaded is not read again to ask others of it", async () => {
  const { bed, told, reads, compare } = await openCompared();
  await using _ = bed;
  told.asked.length = 0;
  expect(await compare()).toMatchObject({
    added: 5n,
    removed: 30n,
    addedImpact: { askedCount: 5n },
    removedImpact: { askedCount: 30n },
  });
  expect([told.asked, told.removed, reads.count]).toEqual([[added], 30, 0]);
});

test("while others do not answer they are asked again, and the lists are not read again", async () => {
  const { bed, told, reads, compare } = await openCompared();
  await using _ = bed;
  told.isUp = false;
  for (let minutes = 0; minutes < 3; minutes++) {
    const { removed, addedImpact, removedImpact } = (await compare()) ?? expect.fail();
    expect([removed, addedImpact, removedImpact]).toEqual([30n, undefined, undefined]);
    bed.clock.advance(61_000);
  }
  told.isUp = true;
  told.asked.length = 0;
  expect(await compare()).toMatchObject({ addedImpact: { askedCount: 5n }, removedImpact: { askedCount: 30n } });
  expect([told.asked, reads.count]).toEqual([[added], 0]);
});

test("a process that knows nothing of it reads the lists once", async () => {
  const { bed, deps, told, reads, compare } = await openCompared();
  await using _ = bed;
  const other = { ...deps, keptAsks: new KeptAsks(), comparing: new Map() };
  told.isUp = false;
  expect((await compare(other))?.addedImpact).toBeUndefined();
  expect(reads.count).toBeGreaterThan(0);
  const { count } = reads;
  bed.clock.advance(61_000);
  told.isUp = true;
  expect(await compare(other)).toMatchObject({ addedImpact: { askedCount: 5n } });
  expect(reads.count).toBe(count);
});

test("so much is kept of what is asked, those that were wanted last", () => {
  const kept = new KeptAsks(100);
  const asks = { added: [new Uint8Array(20)], removed: new Uint8Array(20) };
  for (const key of ["a", "b"]) kept.keep(key, asks);
  expect(kept.of("a")).toBe(asks);
  kept.keep("c", asks);
  expect(["a", "b", "c"].map((key) => kept.of(key) !== undefined)).toEqual([true, false, true]);
});

test("what is asked is packed into messages of a thousand hashes, or of a megabyte", () => {
  const hash = (bytes: number) => ({ algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(bytes), quality: 1 });
  const all = [...Array.from({ length: 2001 }, () => hash(32)), ...Array.from({ length: 3 }, () => hash(600_000))];
  const messages = packed(all).map((one) => AddedEntries.decode(one).fingerprints);
  expect(messages.map(({ length }) => length)).toEqual([1000, 1000, 3, 1]);
  expect(messages.flat()).toEqual(all);
});
