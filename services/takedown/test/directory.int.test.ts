import { MovableClock } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Directory } from "../src/providers/directory.ts";
import { addProvider, aProvider, openTestDeps, watchedCollection } from "./deps.ts";
import { at } from "./examples.ts";

// Two replicas are two directories over one store; what one writes the other has to learn.

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let clock: MovableClock;
let directory: Directory;
beforeEach(async () => {
  deps = await openTestDeps();
  clock = new MovableClock(at(100));
  directory = await Directory.open(deps.providers, clock);
});
afterEach(() => deps[Symbol.asyncDispose]());

/** Puts a provider as another replica does whose clock says `seconds`. */
async function put(id: string, seconds: number, domain: string): Promise<void> {
  const found = await deps.providers.load(id);
  const state = aProvider(id, at(seconds), { domains: [domain] });
  if (found === undefined) await deps.providers.insert(id, state);
  else await deps.providers.save(found, state);
}

const url = (host: string) => `https://${host}/`;
/** Whom the directory names out of its memory alone. */
const remembers = (of: Directory, identity: string) => of.providersOf(identity);

describe("what another replica wrote is there after the next refresh", () => {
  test("though its clock is behind", async () => {
    clock.advance(60_000);
    await directory.refresh();
    await put("slow", 151, "slow.example");
    await directory.refresh();
    expect(remembers(directory, "slow")).toEqual(["slow"]);
  });

  test("though another's clock is far ahead, and was seen first", async () => {
    await put("fast", 100_000, "fast.example");
    await directory.refresh();
    await put("right", 100, "right.example");
    await directory.refresh();
    expect(["fast", "right"].flatMap((id) => remembers(directory, id))).toEqual(["fast", "right"]);
  });

  test("though it is the second write of one provider in one millisecond", async () => {
    await put("a", 100, "a.example");
    await directory.refresh();
    await put("a", 100, "b.example");
    await directory.refresh();
    expect(await directory.attribute(url("b.example"), "")).toEqual(["a"]);
    expect(await directory.attribute(url("a.example"), "")).toEqual([]);
  });

  test("however many were written in one millisecond", async () => {
    const documents = Array.from({ length: 450 }, (_, i) => `p-${i}`).map((id) => ({
      id,
      state: aProvider(id, at(99)),
    }));
    await deps.providers.insertMany(documents);
    await directory.refresh();
    expect(documents.filter(({ id }) => remembers(directory, id).length === 0)).toEqual([]);
  });

  test("after the clock was set back", async () => {
    clock.advance(-95_000);
    await put("a", 5, "a.example");
    await directory.refresh();
    await directory.refresh();
    await put("b", 5, "b.example");
    await directory.refresh();
    expect(["a", "b"].flatMap((id) => remembers(directory, id))).toEqual(["a", "b"]);
  });
});

test("what was stamped long before it was written is found when all are compared", async () => {
  await put("paused", -3600, "paused.example");
  await directory.refresh();
  expect(remembers(directory, "paused")).toEqual([]);
  await directory.compare();
  expect(remembers(directory, "paused")).toEqual(["paused"]);
});

test("a change of who speaks for a provider is told from other changes", async () => {
  const { speakers } = directory;
  await put("a", 100, "a.example");
  await directory.refresh();
  expect(directory.speakers).toBe(speakers + 1);
  await put("a", 100, "b.example");
  await directory.refresh();
  expect(directory.speakers).toBe(speakers + 1);
});

test("an older read does not undo what this replica wrote", async () => {
  await put("a", 100, "old.example");
  const old = await deps.providers.load("a");
  await put("a", 101, "new.example");
  const written = await deps.providers.load("a");
  for (const document of [written, old]) if (document !== undefined) directory.take(document);
  expect(await directory.attribute(url("new.example"), "")).toEqual(["a"]);
});

describe("before it says no, it asks", () => {
  test("for the providers of an address", async () => {
    await addProvider({ ...deps, clock }, "new", "new.example");
    expect(remembers(directory, "new")).toEqual([]);
    expect(await directory.attribute(url("new.example"), "")).toEqual(["new"]);
  });

  test("whether an identity speaks for a provider", async () => {
    await addProvider({ ...deps, clock }, "new", "new.example");
    expect(await directory.speaksFor("other", "new")).toBe(false);
    expect(await directory.speaksFor("new", "new")).toBe(true);
  });
});

describe("with ten thousand providers", () => {
  const many = async () => {
    const documents = Array.from({ length: 10_000 }, (_, i) => {
      const id = `p-${i}`;
      const domains = [`p${i}.co.example`, `pictures.p${i}.co.example`];
      const prefixes = Array.from({ length: 4 }, (__, j) => `${10 + j}.${i >> 8}.${i & 255}.0/24`);
      return { id, state: aProvider(id, at(0), { domains, prefixes }) };
    });
    await deps.providers.insertMany(documents);
  };

  test("a decision costs far less than 5 ms, and a refresh that finds nothing new reads none of them", async () => {
    await many();
    let read = 0;
    const after = (method: string) => (read += method === "load" ? 1 : 0);
    const full = await Directory.open(watchedCollection(deps.providers as never, { after }), clock);
    const begun = performance.now();
    for (let i = 0; i < 1000; i++) {
      expect(await full.attribute(url(`x.pictures.p${i}.co.example`), "")).toEqual([`p-${i}`]);
      expect(await full.attribute(url("elsewhere.example"), `13.${i >> 8}.${i & 255}.7`)).toEqual([`p-${i}`]);
    }
    expect((performance.now() - begun) / 2000).toBeLessThan(5);
    await full.refresh();
    await full.compare();
    expect(read).toBe(0);
  });
});
