import { mirror, reencode, generatePicture, flatPicture, nearOutsideRadius } from "@ntd/imagehash/generated";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { Content } from "@ntd/proto/prober/v1/target";
import { beforeAll, describe, expect, test } from "vitest";
import { LoadedSet } from "./loaded-set.ts";
import { planOf } from "./search-plan.ts";
import { contentOf, entry, fingerprint, listed, policy, thresholds } from "./test-matching.ts";

let picture: Buffer;
let known: Content;
beforeAll(async () => {
  picture = await generatePicture(7);
  known = await contentOf(picture);
});

const setOf = (entries: ReturnType<typeof entry>[], changes: Partial<SetPolicy> = {}) => {
  const set = new LoadedSet({
    schemaVersion: 1,
    setId: "set-a",
    version: 2,
    policy: { ...policy, ...changes },
    activeReleaseId: "release-1",
    entryCount: entries.length,
    counter: 1,
  });
  for (const one of entries) set.add(one);
  return set;
};
const search = (set: LoadedSet, content: Content) => set.search(planOf(content.fingerprints, content.pdqForms));

test("a hit says by what it was found, how near, in which list, and what the list's policy is", async () => {
  const classification = { scheme: "iwf", version: "", code: "A" };
  const set = setOf([entry(listed(known, "ALGORITHM_PDQ"), { entryId: "e1", votes: 5, classification })]);
  const [hit, ...others] = await search(set, await contentOf(await reencode(picture)));
  expect(others).toEqual([]);
  expect(hit).toMatchObject({
    algorithm: "ALGORITHM_PDQ",
    threshold: 31,
    entryQuality: listed(known, "ALGORITHM_PDQ").quality,
    form: "original",
    setId: "set-a",
    setOwner: "Hotline",
    setRole: "SET_ROLE_POSITIVE",
    releaseId: "release-1",
    entryId: "e1",
    votes: 5,
    autoIssue: true,
    minVotes: 2,
    classification,
  });
  expect(hit?.distance).toBeLessThanOrEqual(31);
  expect(hit?.queryQuality).toBeGreaterThanOrEqual(50);
});

test.each(["ALGORITHM_SHA256", "ALGORITHM_SHA1", "ALGORITHM_MD5"] as const)(
  "by %s the same bytes are found, and no others",
  async (algorithm) => {
    const set = setOf([entry(listed(known, algorithm))]);
    expect(await search(set, known)).toMatchObject([{ algorithm, distance: 0, threshold: 0, form: "original" }]);
    expect(await search(set, await contentOf(await reencode(picture)))).toEqual([]);
  },
);

test("a mirrored picture is found by the form in which it lies", async () => {
  const set = setOf([entry(listed(known, "ALGORITHM_PDQ"))]);
  expect(await search(set, await contentOf(await mirror(picture)))).toMatchObject([{ form: "flipY" }]);
});

test("a picture just outside the radius is not found", async () => {
  const set = setOf([entry(listed(known, "ALGORITHM_PDQ"))]);
  const near = await nearOutsideRadius(7);
  expect(await search(set, await contentOf(near.bytes))).toEqual([]);
});

describe("what says too little is not compared:", () => {
  test("a listed PDQ hash below the floor, and one at it", async () => {
    const { value } = listed(known, "ALGORITHM_PDQ");
    expect(await search(setOf([entry(fingerprint("ALGORITHM_PDQ", value, 49))]), known)).toEqual([]);
    expect(await search(setOf([entry(fingerprint("ALGORITHM_PDQ", value, 50))]), known)).toHaveLength(1);
  });

  test("a flat picture, listed and looked up", async () => {
    const flat = await contentOf(await flatPicture());
    const set = setOf([entry(listed(flat, "ALGORITHM_PDQ")), entry(listed(flat, "ALGORITHM_BLOCKHASH256"))]);
    expect(set.size).toBe(2);
    expect(await search(set, flat)).toEqual([]);
  });

  test("a blockhash is measured by itself, whatever the list says of it", async () => {
    const { value } = listed(known, "ALGORITHM_BLOCKHASH256");
    const set = setOf([entry(fingerprint("ALGORITHM_BLOCKHASH256", value, 0))]);
    expect(await search(set, known)).toMatchObject([{ algorithm: "ALGORITHM_BLOCKHASH256", threshold: 12 }]);
    const plain = setOf([entry(fingerprint("ALGORITHM_BLOCKHASH256", new Uint8Array(32), 480))]);
    const query = { fingerprints: [fingerprint("ALGORITHM_BLOCKHASH256", new Uint8Array(32), 480)], pdqForms: [] };
    expect(await search(plain, { ...known, ...query })).toEqual([]);
  });
});

test("the set's own threshold decides, its bound included", async () => {
  const { value, quality } = listed(known, "ALGORITHM_PDQ");
  const other = Uint8Array.from(value);
  other[0] = (other[0] ?? 0) ^ 0b1111;
  const entries = [entry(fingerprint("ALGORITHM_PDQ", other, quality))];
  expect(await search(setOf(entries, { thresholds: { ...thresholds, pdq: 4 } }), known)).toMatchObject([
    { distance: 4 },
  ]);
  expect(await search(setOf(entries, { thresholds: { ...thresholds, pdq: 3 } }), known)).toEqual([]);
});
