// What resembles a picture, among a million: how long an answer takes, where the time goes, and what it takes of memory.
// The rows are those of `bench:quantity -- matching`, filled once and kept under .ntd/bench/quantity.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startThreads } from "@ntd/hammingindex";
import { systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { KnownPictures } from "../../services/matching/src/resemblance/known-pictures.ts";
import { PictureIndex } from "../../services/matching/src/resemblance/picture-index.ts";
import { findSimilar } from "../../services/matching/src/resemblance/rpc-find-similar.ts";
import { onTarget } from "../../services/matching/src/rows/on-target.ts";
import { openCollections } from "../../services/matching/src/store.ts";
import { fillRows, targetOf } from "./quantity-matching-fill.ts";
import { timesOf, withLateness } from "./quantity-measure.ts";
import { country, scaled, type Sizes } from "./quantity-sizes.ts";
import { filesIn } from "./quantity-stores.ts";
import { atLeast, atMost, quantile, report, stated, type Figure } from "./report.ts";

/** Copies of one picture, and how many are seen in a minute while it is asked. */
const [COPIES, IN_A_MINUTE] = [60, 600];

const share = Number(process.argv[2] ?? "1");
const sizes = share === 1 ? country : scaled(country, share);
const dir = join(import.meta.dirname, "../../.ntd/bench", share === 1 ? "quantity" : "quantity-part");
mkdirSync(dir, { recursive: true });
report("cluster", await measure(await filesIn(dir).filled("matching", (url) => fillRows(url, sizes)), sizes));

async function measure(url: string, { rows: count }: Sizes): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const collections = await openCollections(stack.use(await openStore(url)));
  const threads = stack.use(startThreads({ search: 1 }));
  const index = stack.use(new PictureIndex({ threads }));
  const pictures = new KnownPictures(collections, index, systemClock);
  const memory = memoryNow();
  const read = await withLateness(() => pictures.catchUp());
  const takenBytes = memoryNow() - memory;
  const see = onTarget(collections, () => undefined, systemClock);
  const run = `cluster ${Date.now()}`;
  const seen = async (targetId: string, n: number, entry?: number) => {
    const event = { version: 1, data: targetOf(`${run} ${targetId}`, n, entry) };
    await see(event as unknown as Parameters<typeof see>[0]);
  };
  for (let n = 0; n < COPIES; n++) await seen(`copy ${n}`, n, 2 ** 27 + 1);
  for (let n = 0; n < IN_A_MINUTE; n++) await seen(`other ${n}`, n);
  const find = findSimilar({ collections, pictures });
  const asked = { targetId: `${run} copy 0`, maxDistance: 31, minQuality: 50, maxCount: 500 };
  const { similar } = await find(asked);
  const whole = await timesOf(300, () => find(asked));
  const fresh = await timesOf(100, () => pictures.requireFresh());
  const forms = targetOf("any", 0, 2 ** 27 + 1).content.pdqForms.map(({ value }) => value);
  const searched = await timesOf(300, () => index.find({ ...asked, forms, recipe: "exact-1" }));
  const written = { where: { contentTime: { gte: new Date(1) } }, orderBy: "contentTime" } as const;
  const { columns } = await collections.rows.project(written, { id: "text" });
  await collections.rows.remove(...columns.id);
  const what = `cluster: ${count} rows`;
  return [
    atMost(`${what}: an answer, p99`, quantile(whole, 0.99), "ms", 100),
    stated(`${what}: an answer, p50`, quantile(whole, 0.5), "ms"),
    stated(
      `${what}: of it reading what came in two minutes (${IN_A_MINUTE + COPIES} rows), p50`,
      quantile(fresh, 0.5),
      "ms",
    ),
    stated(`${what}: of it searching eight forms, p50`, quantile(searched, 0.5), "ms"),
    atLeast(`${what}: copies found of ${COPIES - 1}`, similar.length, "", COPIES - 1),
    stated(`${what}: from the start until it answers`, read.ms / 1000, "s"),
    atMost(`${what}: event loop meanwhile, p99 late`, read.lateMs, "ms", 50),
    stated(`${what}: memory`, takenBytes / 2 ** 20, "MB"),
  ];
}

function memoryNow(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
