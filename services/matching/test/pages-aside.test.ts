import { createHash } from "node:crypto";
import type { ItemCounts } from "@ntd/proto/matching/v1/match";
import { expect, test } from "vitest";
import { matchIdOf } from "../src/ids.ts";
import { onPage } from "../src/pages/on-page.ts";
import { tellPages } from "../src/pages/tell-pages.ts";
import { lookUpPending } from "../src/rows/look-up-pending.ts";
import { onTarget } from "../src/rows/on-target.ts";
import { memoryBed } from "./memory-bed.ts";
import { loaded, targetEvent } from "./one-list.ts";

const HISTORY = [[0], [1]];
const pageId = matchIdOf("page", 1);

/** A page that shows one file, whose hash has number 1. */
function pageEvent(version: number, recipe: string) {
  const { content } = targetEvent({ target: "", version, hash: 1 }).data;
  const sha256 = { algorithm: "ALGORITHM_SHA256", value: createHash("sha256").update("1").digest(), quality: 0 };
  const item = { targetId: "item", content: { ...content, recipe, fingerprints: [sha256, ...content.fingerprints] } };
  return { version, data: { targetId: "page", episode: 1, part: 0, parts: 1, items: [item], closed: false } };
}

test("a page that cannot be told for now is put aside, and told of all once it can", async () => {
  const { bad, deps, aside, stop, rows, clock } = memoryBed("save");
  const counts = (): ItemCounts | undefined => rows.documents.get(pageId)?.state.told?.found?.counts;
  const see = onPage({ ...deps, searchSoon: () => undefined });
  const search = async () => {
    await lookUpPending(deps, aside, stop);
    await tellPages(deps, aside, stop);
  };
  await deps.index.put(await loaded(HISTORY, 1));
  await see(pageEvent(1, "exact-1") as never);
  await onTarget(
    deps.collections,
    () => undefined,
    clock,
  )(targetEvent({ target: "page", version: 1, hash: 5 }) as never);
  await search();
  expect(counts()).toMatchObject({ near: 0, unknown: 1 });

  bad.id = pageId;
  await deps.index.put(await loaded(HISTORY, 2));
  // The same file, hashed by a newer recipe: it is looked up anew.
  await see(pageEvent(2, "exact-2") as never);
  await search();
  expect(counts()).toMatchObject({ near: 0, unknown: 1 });
  expect(aside.size).toBe(1);

  bad.id = "";
  clock.advance(60_000);
  await aside.retry(stop);
  await search();
  expect(counts()).toMatchObject({ near: 1, unknown: 0 });
  expect(aside.size).toBe(0);
});
