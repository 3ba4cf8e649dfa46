import type { Algorithm } from "@ntd/proto/common/v1/common";
import { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { FeedShape } from "@ntd/proto/hashlists/v1/feed_source_service";

/** Of each shape so much of what is told of its files is shown. */
const MODELS = 16;
/** Of a part of a list it is estimated alone how many files have both hashes: nearly all are all, nearly none is none. */
const [NEARLY_NONE, NEARLY_ALL] = [0.1, 0.75];
/** Of a small part, where one file more that has both would stand for thousands, it is told in quarters. */
const [SMALL, STEPS] = [0.25, 4];

/**
 * What files look like in a list, from a share of its entries, 1 for all of them. Entries of a list lie in it by their
 * hashes, so that two of one file are both in a share of a half a quarter of the time.
 */
export function shapesOfFiles(entries: Iterable<FeedEntry>, share: number): FeedShape[] {
  const files = new Map<string, FeedEntry[]>();
  const alone = new Map<Algorithm, FeedEntry[]>();
  for (const entry of entries) {
    if (entry.fileKey.length === 0) add(alone, algorithmOf(entry), entry);
    else add(files, Buffer.from(entry.fileKey).toString("latin1"), entry);
  }
  const pairs: FeedEntry[] = [];
  const halves = new Map<Algorithm, FeedEntry[]>();
  for (const file of files.values()) {
    const [first] = file;
    if (first === undefined) continue;
    const has = new Set(file.map(algorithmOf));
    // A key that many share names no file.
    if (has.size < file.length) for (const entry of file) add(alone, algorithmOf(entry), entry);
    else if (has.size === 1) add(halves, algorithmOf(first), first);
    else pairs.push(file.find((entry) => algorithmOf(entry) === "ALGORITHM_MD5") ?? first);
  }
  return [
    ...keyed(pairs, halves, share),
    ...Array.from(alone, ([algorithm, own]) => shape([algorithm], false, own.length / share, own)),
  ].filter(({ fileCount }) => fileCount > 0n);
}

function keyed(pairs: readonly FeedEntry[], halves: ReadonlyMap<Algorithm, FeedEntry[]>, share: number): FeedShape[] {
  const [md5, sha1] = [halves.get("ALGORITHM_MD5") ?? [], halves.get("ALGORITHM_SHA1") ?? []];
  const [md5s, sha1s] = [md5, sha1].map(({ length }) => (length + pairs.length) / share) as [number, number];
  const both = share < 1 ? snapped(pairs.length / share ** 2, Math.min(md5s, sha1s), share) : pairs.length;
  const words = pairs.length > 0 ? pairs : [...md5, ...sha1];
  return [
    shape(["ALGORITHM_MD5", "ALGORITHM_SHA1"], true, both, words),
    shape(["ALGORITHM_MD5"], true, md5s - both, md5),
    shape(["ALGORITHM_SHA1"], true, sha1s - both, sha1),
  ];
}

function snapped(estimate: number, most: number, share: number): number {
  if (estimate >= most * NEARLY_ALL) return most;
  if (estimate <= most * NEARLY_NONE) return 0;
  return share < SMALL ? (Math.max(1, Math.round((estimate / most) * STEPS)) * most) / STEPS : estimate;
}

function shape(algorithms: Algorithm[], hasOwnKey: boolean, count: number, files: readonly FeedEntry[]): FeedShape {
  const commonest = commonestOf(files, hasOwnKey);
  return {
    algorithms,
    hasOwnKey,
    fileCount: BigInt(Math.round(count)),
    models: commonest.map(({ model }) => model),
    modelCounts: commonest.map((one) => BigInt(Math.round((one.count * count) / files.length))),
  };
}

// What is told most often goes on to be told when some entries come or go.
function commonestOf(files: readonly FeedEntry[], hasOwnKey: boolean): { model: FeedEntry; count: number }[] {
  const told = new Map<string, { model: FeedEntry; count: number }>();
  for (const { fingerprint, classification, votes, fileKey, sizeBytes, disputed } of files) {
    const model = {
      fingerprint: fingerprint && { ...fingerprint, value: new Uint8Array() },
      classification,
      votes,
      fileKey: hasOwnKey ? new Uint8Array() : fileKey,
      sizeBytes: Math.min(1, sizeBytes),
      disputed,
    };
    const words = Buffer.from(FeedEntry.encode(model).finish()).toString("latin1");
    const before = told.get(words);
    if (before === undefined) told.set(words, { model, count: 1 });
    else before.count++;
  }
  const ranked = [...told].toSorted(([a, { count }], [b, { count: other }]) => other - count || (a < b ? -1 : 1));
  return ranked.slice(0, MODELS).map(([, one]) => one);
}

function algorithmOf({ fingerprint }: FeedEntry): Algorithm {
  return fingerprint?.algorithm ?? "ALGORITHM_UNSPECIFIED";
}

function add<K>(to: Map<K, FeedEntry[]>, key: K, entry: FeedEntry): void {
  const own = to.get(key);
  if (own === undefined) to.set(key, [entry]);
  else own.push(entry);
}
