import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@ntd/bus";
import { Page } from "@ntd/proto/prober/v1/page";
import type { Match } from "@ntd/proto/matching/v1/match";
import { openStore, type Collection } from "@ntd/store";
import { expect, onTestFinished, test } from "vitest";
import { keepPage, loadPage } from "../src/page/keep.ts";
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
