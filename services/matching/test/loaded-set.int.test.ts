import { expectedFalseMatches, RECIPE_DRIFT } from "@ntd/imagehash/compare";
import { mirror, reencode, generatePicture, flatPicture, nearOutsideRadius } from "@ntd/imagehash/generated";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { Problem } from "@ntd/service";
import type { Content } from "@ntd/proto/prober/v1/target";
import { beforeAll, describe, expect, test } from "vitest";
import { LoadedSet, thresholdsOf } from "../src/lists/loaded-set.ts";
import { ReleaseBuilder } from "../src/entries/release-builder.ts";
import { planOf, withRenditions } from "../src/search/search-plan.ts";
import { contentOf, entry, fingerprint, listed, policy, thresholds } from "./bed.ts";

let picture: Buffer;
let known: Content;
beforeAll(async () => {
  picture = await generatePicture(7);
  known = await contentOf(picture);
});

const setOf = async (entries: ReturnType<typeof entry>[], changes: Partial<SetPolicy> = {}) => {
  const known = {
    schemaVersion: 1,
    setId: "set-a",
    version: 2,
    policy: { ...policy, ...changes },
    activeReleaseId: "release-1",
    entryCount: entries.length,
    counter: 1,
  } as const;
  const builder = new ReleaseBuilder(thresholdsOf(known));
  for (const one of entries) builder.add(one);
  return new LoadedSet(known, await builder.build());
};
const search = (set: LoadedSet, { fingerprints, recipe, pdqForms }: Content) =>
  set.search(planOf(fingerprints, recipe, pdqForms));

test("a hit by what a file shows besides names it, and says where that decides nothing", async () => {
  const set = await setOf([entry(listed(known, "ALGORITHM_PDQ"))]);
  const { fingerprints, recipe, pdqForms } = await contentOf(await generatePicture(8));
  const shown = {
    name: "frame 7, inner",
    nominatesOnly: true,
    fingerprints: known.fingerprints,
    pdqForms: known.pdqForms,
  };
  const plan = withRenditions(planOf(fingerprints, recipe, pdqForms), [shown]);
  const told = { rendition: "frame 7, inner", nominatesOnly: true, distance: 0, form: "original" };
  expect(await set.search(plan)).toMatchObject([told]);
  expect(await set.finds([plan])).toEqual([true]);
  const [plain] = await search(set, known);
  expect([plain?.rendition, plain?.nominatesOnly]).toEqual([undefined, undefined]);
});

test("a hit by MD5 or SHA-1 says of which file it is, both sizes, and whether it may decide alone; one by SHA-256 does not", async () => {
  const fileKey = Buffer.from("0102030405060708", "hex");
  const weak = ["ALGORITHM_MD5", "ALGORITHM_SHA1"] as const;
  const entries = [...weak, "ALGORITHM_SHA256" as const].map((algorithm) => ({
    ...entry(listed(known, algorithm)),
    fileKey,
    sizeBytes: 4_000_000_000,
  }));
  const hits = async (changes: Partial<SetPolicy>) => {
    const set = await setOf(entries, changes);
    const { fingerprints, recipe, pdqForms } = known;
    return set.search({ ...planOf(fingerprints, recipe, pdqForms), sizeBytes: 77 });
  };
  const told = { fileKey: "0102030405060708", entrySizeBytes: 4_000_000_000, querySizeBytes: 77 };
  const [sha256, ...others] = await hits({ weakEquality: "WEAK_EQUALITY_DECIDES" });
  expect(sha256).not.toHaveProperty("fileKey");
  expect(others).toMatchObject([
    { algorithm: "ALGORITHM_SHA1", ...told, weakEqualityDecides: true },
    { algorithm: "ALGORITHM_MD5", ...told, weakEqualityDecides: true },
  ]);
  expect((await hits({})).slice(1)).toMatchObject([{ weakEqualityDecides: false }, { weakEqualityDecides: false }]);
  const nameless = await setOf(weak.map((algorithm) => entry(listed(known, algorithm))));
  for (const hit of await search(nameless, known)) expect(hit).not.toHaveProperty("fileKey");
});

test("a set that children report to nominates by whatever it finds, though its policy says otherwise", async () => {
  const algorithms = ["ALGORITHM_SHA256", "ALGORITHM_MD5", "ALGORITHM_SHA1", "ALGORITHM_PDQ"] as const;
  const entries = algorithms.map((algorithm) => entry(listed(known, algorithm)));
  const says = { autoIssue: true, weakEquality: "WEAK_EQUALITY_DECIDES" } as const;
  const hits = await search(await setOf(entries, { role: "SET_ROLE_VICTIM_REPORTED", ...says }), known);
  expect(hits).toHaveLength(algorithms.length);
  for (const hit of hits) {
    expect(hit).toMatchObject({ setRole: "SET_ROLE_VICTIM_REPORTED", nominatesOnly: true, autoIssue: false });
    expect(hit.weakEqualityDecides ?? false).toBe(false);
  }
});

test("a hit says by what it was found, how near, in which list, and what the list's policy is", async () => {
  const classification = { scheme: "iwf", version: "", code: "A" };
  const set = await setOf([
    entry(listed(known, "ALGORITHM_PDQ"), {
      entryId: "00000000-0000-4000-8000-0000000000e1",
      votes: 5,
      classification,
    }),
  ]);
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
    entryId: "00000000-0000-4000-8000-0000000000e1",
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
    const set = await setOf([entry(listed(known, algorithm))]);
    expect(await search(set, known)).toMatchObject([{ algorithm, distance: 0, threshold: 0, form: "original" }]);
    expect(await search(set, await contentOf(await reencode(picture)))).toEqual([]);
  },
);

test("a mirrored picture is found by the form in which it lies", async () => {
  const set = await setOf([entry(listed(known, "ALGORITHM_PDQ"))]);
  expect(await search(set, await contentOf(await mirror(picture)))).toMatchObject([{ form: "flipY" }]);
});

test("a picture just outside the radius is not found", async () => {
  const set = await setOf([entry(listed(known, "ALGORITHM_PDQ"))]);
  const near = await nearOutsideRadius(7);
  expect(await search(set, await contentOf(near.bytes))).toEqual([]);
});

describe("what says too little is not compared:", () => {
  test("a listed PDQ hash below the floor, and one at it", async () => {
    const { value } = listed(known, "ALGORITHM_PDQ");
    expect(await search(await setOf([entry(fingerprint("ALGORITHM_PDQ", value, 49))]), known)).toEqual([]);
    expect(await search(await setOf([entry(fingerprint("ALGORITHM_PDQ", value, 50))]), known)).toHaveLength(1);
  });

  test("a flat picture, listed and looked up", async () => {
    const flat = await contentOf(await flatPicture());
    const set = await setOf([entry(listed(flat, "ALGORITHM_PDQ")), entry(listed(flat, "ALGORITHM_BLOCKHASH256"))]);
    expect(set.entries.size).toBe(2);
    expect(await search(set, flat)).toEqual([]);
  });

  test("a blockhash is measured by itself, whatever the list says of it", async () => {
    const { value } = listed(known, "ALGORITHM_BLOCKHASH256");
    const set = await setOf([entry(fingerprint("ALGORITHM_BLOCKHASH256", value, 0))]);
    expect(await search(set, known)).toMatchObject([{ algorithm: "ALGORITHM_BLOCKHASH256", threshold: 12 }]);
    const plain = await setOf([entry(fingerprint("ALGORITHM_BLOCKHASH256", new Uint8Array(32), 480))]);
    const query = { fingerprints: [fingerprint("ALGORITHM_BLOCKHASH256", new Uint8Array(32), 480)], pdqForms: [] };
    expect(await search(plain, { ...known, ...query })).toEqual([]);
  });
});

describe("hashes of two recipes:", () => {
  const { pdq, blockhash } = RECIPE_DRIFT;

  test.each([
    { query: "exact-1", list: undefined, threshold: 31, crossRecipe: false },
    { query: "fast-1", list: "fast-1", threshold: 31, crossRecipe: false },
    { query: "fast-1", list: undefined, threshold: 31 - pdq, crossRecipe: true },
    { query: "exact-1", list: "fast-1", threshold: 31 - pdq, crossRecipe: true },
    { query: "", list: undefined, threshold: 31 - pdq, crossRecipe: true },
  ])("$query against $list is compared within $threshold", async ({ query, list, threshold, crossRecipe }) => {
    const set = await setOf([entry(listed(known, "ALGORITHM_PDQ"))], list === undefined ? {} : { recipe: list });
    expect(await search(set, { ...known, recipe: query })).toMatchObject([{ threshold, crossRecipe }]);
  });

  test("what is only within the threshold of one recipe is not found", async () => {
    const { value, quality } = listed(known, "ALGORITHM_PDQ");
    const far = Uint8Array.from(value, (byte, at) => (at < 4 ? byte ^ 255 : byte)).with(0, value[0] ?? 0);
    const set = await setOf([entry(fingerprint("ALGORITHM_PDQ", far, quality))]);
    expect(await search(set, known)).toMatchObject([{ distance: 24 }]);
    expect(await search(set, { ...known, recipe: "fast-1" })).toEqual([]);
  });

  test("a threshold below the drift finds nothing, and equality of bytes needs no recipe", async () => {
    const entries = [entry(listed(known, "ALGORITHM_BLOCKHASH256")), entry(listed(known, "ALGORITHM_SHA1"))];
    const set = await setOf(entries, { thresholds: { ...thresholds, blockhash: blockhash - 1 } });
    expect(await search(set, { ...known, recipe: "" })).toMatchObject([
      { algorithm: "ALGORITHM_SHA1", crossRecipe: false },
    ]);
  });
});

test("each hit says how many are expected by accident: by how near it is, the size of the list and the forms", async () => {
  const { value, quality } = listed(known, "ALGORITHM_PDQ");
  const near = Uint8Array.from(value).with(0, (value[0] ?? 0) ^ 1);
  const others = [2, 3].map((seed) =>
    entry(
      fingerprint(
        "ALGORITHM_PDQ",
        value.map((byte) => byte ^ (seed ** 3)),
        quality,
      ),
    ),
  );
  const set = await setOf([entry(fingerprint("ALGORITHM_PDQ", near, quality)), ...others]);
  const [hit] = await search(set, known);
  expect(hit?.expectedFalseMatches).toBe(expectedFalseMatches("pdq", hit?.distance ?? 0, 3 * known.pdqForms.length));
  const [alone] = await set.search(planOf(known.fingerprints, "exact-1"));
  expect(alone?.expectedFalseMatches).toBe((hit?.expectedFalseMatches ?? 0) / 8);
});

test("the set's own threshold decides, its bound included", async () => {
  const { value, quality } = listed(known, "ALGORITHM_PDQ");
  const other = Uint8Array.from(value);
  other[0] = (other[0] ?? 0) ^ 0b1111;
  const entries = [entry(fingerprint("ALGORITHM_PDQ", other, quality))];
  expect(await search(await setOf(entries, { thresholds: { ...thresholds, pdq: 4 } }), known)).toMatchObject([
    { distance: 4 },
  ]);
  expect(await search(await setOf(entries, { thresholds: { ...thresholds, pdq: 3 } }), known)).toEqual([]);
});

test("what is no entry is refused: better no list than one with holes", () => {
  const refused = (changes: Partial<ReturnType<typeof entry>>) => {
    const builder = new ReleaseBuilder(thresholds);
    expect(() => builder.add({ ...entry(listed(known, "ALGORITHM_PDQ")), ...changes })).toThrow(Problem);
  };
  refused({ entryId: "7" });
  refused({ fingerprint: fingerprint("ALGORITHM_PDQ", new Uint8Array(31), 80) });
  refused({ fingerprint: fingerprint("ALGORITHM_SHA1", new Uint8Array(32)) });
});

test("an algorithm that is not known yet is counted and never found", async () => {
  const set = await setOf([
    entry(fingerprint("UNRECOGNIZED", new Uint8Array(64))),
    entry(listed(known, "ALGORITHM_MD5")),
  ]);
  expect([set.entries.size, set.entries.searchable]).toEqual([2, 1]);
});
