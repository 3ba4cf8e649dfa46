import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@ntd/bus";
import { heardOfHold } from "@ntd/host";
import { Page } from "@ntd/proto/prober/v1/page";
import type { Match } from "@ntd/proto/matching/v1/match";
import { openStore, type Collection } from "@ntd/store";
import { expect, onTestFinished, test } from "vitest";
import { createLog, sealAddress, sealer } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { startEmptyingPages } from "../src/page/every-minute-empty.ts";
import { closePage, keepPage, loadPage } from "../src/page/keep.ts";
import { keepTargetSealed } from "../src/page/keep-sealed.ts";
import type { EyeSight } from "../src/page/merge.ts";
import { onMatch } from "../src/page/on-match.ts";
import { partIdOf } from "../src/page/parts.ts";
import { openCollections } from "../src/store.ts";
import { at, contentOf } from "./examples.ts";

const page = { targetId: "page", episode: 1 };
const now = () => at(5);

async function collections() {
  const dir = await mkdtemp(join(tmpdir(), "ntd-prober-"));
  const store = await openStore(`file:${join(dir, "store")}`);
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  return openCollections(store);
}

const item = (name: string, sha = 1) => ({
  targetId: name,
  address: { keyId: "2026-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(8000) },
  element: "img",
  content: contentOf(sha),
});
/** So many of them fill three parts. */
const sight = (names: readonly string[], eye = "browser"): EyeSight => ({
  eye,
  items: names.map((name, i) => item(name, i % 250)),
  small: [],
  counts: { found: names.length, tooSmall: 0, neverFollowed: 0, truncated: false },
  isAnew: true,
  address: { keyId: "2026-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(80) },
});
const names = (count: number, of = "item") => Array.from({ length: count }, (_, i) => `${of}-${i}`);

/** The collection whose process dies right after so many writes. */
function dying<C extends Pick<Collection<unknown>, "save" | "insert" | "insertMany">>(collection: C, after: number): C {
  let writes = 0;
  const died = new Error("died");
  const counted =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      if (writes >= after) throw died;
      const result = await write(...args);
      if (++writes >= after) throw died;
      return result;
    };
  return {
    ...collection,
    insert: counted(collection.insert.bind(collection)),
    save: counted(collection.save.bind(collection)),
    insertMany: counted(collection.insertMany.bind(collection)),
  };
}

test.each([1, 2, 3])("killed behind write %i of a page, the look that follows makes it whole", async (write) => {
  const { pages } = await collections();
  const deps = { pages, clock: { now }, pageMedia: 200 };
  await keepPage(deps, page, 1, [sight(names(80))]);
  const before = await loadPage(pages, page);
  expect(before?.parts.map(({ revision, parts }) => [revision, parts])).toEqual([
    [1, 3],
    [1, 3],
    [1, 3],
  ]);
  const next = [sight([...names(10), ...names(70, "other")])];
  await expect(keepPage({ ...deps, pages: dying(pages, write) }, page, 1, next)).rejects.toThrow("died");
  await keepPage(deps, page, 1, next);
  const after = await loadPage(pages, page);
  expect(new Set(after?.parts.map(({ revision }) => revision)).size).toBe(1);
  expect(after?.record.items.map(({ targetId }) => targetId)).toEqual(next[0]?.items.map(({ targetId }) => targetId));
  // What stood there is not forgotten, whichever part had it.
  expect(new Set(after?.record.former.map(({ targetId }) => targetId))).toEqual(new Set(names(80).slice(10)));
});

test("each part is an event below 256 KiB; parts that are no longer needed are told as empty", async () => {
  const { pages } = await collections();
  const deps = { pages, clock: { now }, pageMedia: 200 };
  await keepPage(deps, page, 1, [sight(names(80))]);
  await keepPage(deps, page, 1, [sight(names(5))]);
  await keepPage(deps, page, 1, [sight(names(5))]);
  const told = await Promise.all([0, 1, 2].map((part) => pages.outbox.read(partIdOf("page", 1, part))));
  for (const event of told.flat()) expect(event.data.length).toBeLessThan(256 * 1024);
  const said = told.map((events) => events.map(({ data }) => Page.decode(data)));
  expect(said.map((part) => part.map(({ revision, parts, items }) => [revision, parts, items.length]))).toEqual([
    [
      [1, 3, 29],
      [2, 1, 5],
    ],
    [
      [1, 3, 29],
      [2, 1, 0],
    ],
    [
      [1, 3, 22],
      [2, 1, 0],
    ],
  ]);
});

const match = (...hits: string[]) => {
  const items = hits.map((itemTargetId) => ({ itemTargetId, hits: [{ setRole: "SET_ROLE_POSITIVE" }] }));
  return { data: { ...page, items }, version: 3 } as unknown as Event<Match>;
};

test.each([1, 2, 3])("killed behind write %i of a find, its redelivery finishes the targets", async (write) => {
  const { pages, targets } = await collections();
  const clock = { now };
  await keepPage({ pages, clock, pageMedia: 200 }, page, 1, [sight(names(80))]);
  const found = match("item-0", "item-40");
  const woken: string[] = [];
  const wake = (lane: string) => void woken.push(lane);
  // Two parts, then the targets.
  const dead = write < 3 ? { pages: dying(pages, write), targets } : { pages, targets: dying(targets, 1) };
  await expect(onMatch({ ...dead, clock, wake })(found)).rejects.toThrow("died");
  const marked = (await loadPage(pages, page))?.record.items.filter(({ isFound }) => isFound) ?? [];
  // No target without its page's word.
  for (const one of ["item-0", "item-40"]) {
    if ((await targets.load(one)) !== undefined) expect(marked.map(({ targetId }) => targetId)).toContain(one);
  }
  await onMatch({ pages, targets, clock, wake })(found);
  for (const one of ["item-0", "item-40"]) {
    const { state } = (await targets.load(one)) ?? {};
    expect(state).toMatchObject({ foundOn: "page", phase: { is: "NEW" }, work: { wanted: 1, dueAt: at(5) } });
  }
  expect(new Set(woken)).toEqual(new Set(["report/page%20page"]));
  const versions = async () => (await targets.load("item-0"))?.version;
  const once = await versions();
  await onMatch({ pages, targets, clock, wake })(found);
  expect(await versions()).toBe(once);
});

test("what the page no longer shows is still found; what stands in the page itself makes no target", async () => {
  const { pages, targets } = await collections();
  const deps = { pages, clock: { now }, pageMedia: 200 };
  const inline = { ...item("inline"), isInline: true as const };
  await keepPage(deps, page, 1, [{ ...sight(["left"]), items: [item("left"), inline] }]);
  await keepPage(deps, page, 1, [sight(["stays"])]);
  await onMatch({ ...deps, targets, wake: () => undefined })(match("left", "inline", "unknown"));
  expect((await targets.load("left"))?.state.foundOn).toBe("page");
  expect([await targets.load("inline"), await targets.load("unknown")]).toEqual([undefined, undefined]);
  expect((await loadPage(pages, page))?.record.former.map(({ targetId, isFound }) => [targetId, isFound])).toEqual([
    ["left", true],
    ["inline", true],
  ]);
});

test("a target that was there before stays as it is, and one that is closed is taken up again", async () => {
  const { pages, targets } = await collections();
  const deps = { pages, clock: { now }, pageMedia: 200 };
  await keepPage(deps, page, 1, [sight(["known", "closed"])]);
  const find = onMatch({ ...deps, targets, wake: () => undefined });
  await find(match("known", "closed"));
  const closed = await targets.load("closed");
  const state = closed && { ...closed.state, phase: { is: "CLOSED" as const, was: { is: "PRESENT" as const } } };
  if (closed && state) await targets.save(closed, { ...state, work: { ...state.work, dueAt: at(9000) } });
  await find(match("known", "closed"));
  expect((await targets.load("known"))?.version).toBe(1);
  expect((await targets.load("closed"))?.state.work).toMatchObject({ wanted: 2, dueAt: at(5) });
});

test("what was on a closed page goes after so many days, what left it and where it stood too; its versions stay", async () => {
  const { pages, keptCases } = await collections();
  let time = at(5);
  const clock = { now: () => time };
  const deps = { pages, clock, pageMedia: 200 };
  const open = { targetId: "open", episode: 1 };
  await keepPage(deps, page, 1, [sight(["left"])]);
  await keepPage(deps, page, 1, [sight(names(80))]);
  await keepPage(deps, open, 1, [sight(["stays"])]);
  await closePage(deps, page);
  const closed = await pages.load(partIdOf("page", 1, 0));
  const emptying = () =>
    startEmptyingPages({ pages, keptCases, pagesKeptMs: 5 * 86_400_000, clock, log: createLog("p", "silent") });
  time = new Date(at(5).getTime() + 4 * 86_400_000);
  {
    await using _early = emptying();
  }
  expect((await loadPage(pages, page))?.record.items).toHaveLength(80);
  time = new Date(at(5).getTime() + 5 * 86_400_000 + 1);
  {
    await using _due = emptying();
    await eventually("it is empty", async () => (await loadPage(pages, page))?.record.items.length === 0);
    await eventually(
      "nothing is due",
      async () => (await pages.find({ where: { emptyAt: { lt: time } }, orderBy: "emptyAt", limit: 9 })).length === 0,
    );
  }
  const kept = await loadPage(pages, page);
  expect(kept?.record).toMatchObject({ items: [], former: [], small: [] });
  expect(kept?.record.address).toBeUndefined();
  expect(kept?.parts).toHaveLength(3);
  const after = await pages.load(partIdOf("page", 1, 0));
  expect(after?.version).toBeGreaterThan(closed?.version ?? 0);
  expect((await loadPage(pages, open))?.record.items).toHaveLength(1);
  // Taken up again it is as any other.
  await keepPage(deps, page, 1, [sight(["new"])]);
  expect((await loadPage(pages, page))?.record.items.map(({ targetId }) => targetId)).toEqual(["new"]);
});

test("where a page stood goes with it also when it showed nothing", async () => {
  const { pages, keptCases } = await collections();
  let time = at(5);
  const clock = { now: () => time };
  await keepPage({ pages, clock, pageMedia: 200 }, page, 1, [sight([])]);
  await closePage({ pages, clock }, page);
  time = new Date(at(5).getTime() + 86_400_001);
  await using _due = startEmptyingPages({
    pages,
    keptCases,
    pagesKeptMs: 86_400_000,
    clock,
    log: createLog("p", "silent"),
  });
  await eventually("it is empty", async () => (await loadPage(pages, page))?.record.address === undefined);
  await eventually(
    "nothing is due",
    async () => (await pages.find({ where: { emptyAt: { lt: time } }, orderBy: "emptyAt", limit: 9 })).length === 0,
  );
});

test("as many closed pages as there are are emptied in a turn, and one that cannot be keeps no other from its turn", async () => {
  const { pages, keptCases } = await collections();
  let time = at(5);
  const clock = { now: () => time };
  const deps = { pages, clock, pageMedia: 200 };
  for (const targetId of names(120, "page")) {
    await keepPage(deps, { targetId, episode: 1 }, 1, [sight(["shown"])]);
    await closePage(deps, { targetId, episode: 1 });
  }
  time = new Date(at(5).getTime() + 86_400_001);
  const due = { where: { emptyAt: { lt: time } }, orderBy: "emptyAt" as const, limit: 200 };
  const [first] = await pages.find(due);
  const load = (id: string) => (id === first?.id ? Promise.reject(new Error("torn")) : pages.load(id));
  const log = createLog("p", "silent");
  await using _due = startEmptyingPages({ pages: { ...pages, load }, keptCases, pagesKeptMs: 86_400_000, clock, log });
  await eventually("all others are empty", async () => (await pages.find(due)).length === 1);
});

test("what was on a closed page under a legal hold stays until that is lifted", async () => {
  const { pages, keptCases } = await collections();
  let time = at(5);
  const clock = { now: () => time };
  const deps = { pages, clock, pageMedia: 200 };
  for (const targetId of ["held", "other"]) {
    await keepPage(deps, { targetId, episode: 1 }, 1, [sight(["shown"])]);
    await closePage(deps, { targetId, episode: 1 });
    time = new Date(time.getTime() + 1);
  }
  const heard = { caseId: "case", targetId: "held" };
  await heardOfHold({ keptCases }, { ...heard, version: 1, isKept: true });
  time = new Date(time.getTime() + 86_400_001);
  const itemsOf = async (targetId: string) => (await loadPage(pages, { targetId, episode: 1 }))?.record.items.length;
  const log = createLog("p", "silent");
  await using emptying = startEmptyingPages({ pages, keptCases, pagesKeptMs: 86_400_000, clock, log });
  // It was closed later.
  await eventually("the other one is empty", async () => (await itemsOf("other")) === 0);
  await emptying[Symbol.asyncDispose]();
  expect(await itemsOf("held")).toBe(1);
  await heardOfHold({ keptCases }, { ...heard, version: 2, isKept: false });
  await using _lifted = startEmptyingPages({ pages, keptCases, pagesKeptMs: 86_400_000, clock, log });
  await eventually("it goes", async () => (await itemsOf("held")) === 0);
});

test("under a legal hold all that is sealed of a page is kept, whichever part and episode has it; others' is not", async () => {
  const { pages, targets } = await collections();
  const keys = sealer(new Map(["2026-01", "held-2026-01"].map((id) => [id, new Uint8Array(32).fill(id.length)])));
  const clock = { now };
  const deps = { pages, clock, pageMedia: 200 };
  const sealed = (name: string) =>
    sealAddress(keys, { original: "", fetch: `https://host.example/${name}${"x".repeat(6000)}`, key: "" }, now());
  const shown = (some: readonly string[]) => ({
    ...sight(some),
    items: some.map((name) => ({ ...item(name), address: sealed(name) })),
    address: sealed("page"),
  });
  await keepPage(deps, page, 1, [shown(["left"])]);
  await keepPage(deps, page, 1, [shown(names(80))]);
  await keepPage(deps, { ...page, episode: 2 }, 1, [shown(["later"])]);
  await keepPage(deps, { targetId: "other", episode: 1 }, 1, [shown(["other"])]);
  await keepTargetSealed({ targets, pages, sealer: keys, clock }, "page");
  const keysOf = async (targetId: string, episode: number) => {
    const record = (await loadPage(pages, { targetId, episode }))?.record;
    const all = [...(record?.items ?? []), ...(record?.former ?? [])].map(({ address }) => address);
    return new Set([...all, record?.address].map((address) => address?.keyId));
  };
  expect(await keysOf("page", 1)).toEqual(new Set(["held-2026-01"]));
  expect(await keysOf("page", 2)).toEqual(new Set(["held-2026-01"]));
  expect(await keysOf("other", 1)).toEqual(new Set(["2026-01"]));
});
