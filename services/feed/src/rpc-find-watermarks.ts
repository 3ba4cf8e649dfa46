import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { FindWatermarksRequest, FindWatermarksResponse, FoundWatermark } from "@ntd/proto/feed/v1/feed_service";
import type { CallContext } from "@ntd/rpc";
import { beyondCall, Problem } from "@ntd/service";
import type { Deps } from "./deps.ts";
import { mostMarks } from "./growth.ts";
import { FAMILIES, type Copy, type Place } from "./watermark.ts";

const MOST = 1000;

/** Whose copy of a list has hashes that stand for no file but ours. */
export function findWatermarks(needed: Pick<Deps, "hashlists" | "watermarkKey" | "makeWatermark">) {
  const { hashlists, watermarkKey } = needed;
  const known = knownValues(needed);
  return async ({ fingerprints }: FindWatermarksRequest, { signal }: CallContext): Promise<FindWatermarksResponse> => {
    if (fingerprints.length === 0 || fingerprints.length > MOST) {
      const description = `names ${fingerprints.length}; at least 1, at most ${MOST}`;
      throw Problem.fields({ field: "fingerprints", description });
    }
    const wanted = Map.groupBy(fingerprints.entries(), ([, { algorithm }]) => algorithm);
    const valuesOf = known(watermarkKey());
    const found: FoundWatermark[] = [];
    let pageToken = "";
    do {
      const page = await hashlists.listRecipients({ pageSize: 200, pageToken }, { signal });
      for (const { setId, recipients, entryCount } of page.sets) {
        for (const { partner: recipient } of recipients) {
          for (const [algorithm, own] of wanted) {
            const copy = { setId, recipient, most: mostMarks(Number(entryCount)) };
            const values = await valuesOf(copy, algorithm, signal);
            for (const [index, one] of own) if (values.has(textOf(one))) found.push({ index, setId, recipient });
          }
        }
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return { found: found.toSorted((a, b) => a.index - b.index) };
  };
}

/** About so many values, or a few times as many, are kept: a list that turned up comes a thousand hashes at a time. */
const KEPT = 200_000;

interface SoughtCopy extends Copy {
  /** Of each run, so many. */
  most: number;
}

/**
 * Of a copy all values by one algorithm that it may ever have been told. Who asks while they are made waits for the same;
 * when all who asked have gone they are made to their end, and the next one finds them.
 */
function knownValues({ makeWatermark }: Pick<Deps, "makeWatermark">) {
  let of: Uint8Array | undefined;
  let size = 0;
  const kept = new Map<string, Promise<ReadonlySet<string>>>();
  const made = async (key: Uint8Array, copy: SoughtCopy, algorithm: Algorithm): Promise<ReadonlySet<string>> => {
    const values = new Set<string>();
    for (const place of placesWith(algorithm, copy.most)) {
      const own = (await makeWatermark(key, copy, place)).fingerprints.get(algorithm);
      if (own !== undefined) values.add(textOf(own));
    }
    return values;
  };
  return (key: Uint8Array) => {
    if (of === undefined || !Buffer.from(of).equals(key) || size > KEPT) {
      kept.clear();
      size = 0;
    }
    of = key;
    return async (copy: SoughtCopy, algorithm: Algorithm, signal: AbortSignal): Promise<ReadonlySet<string>> => {
      const name = `${copy.setId} ${copy.recipient} ${copy.most} ${algorithm}`;
      const making = kept.get(name) ?? beyondCall(() => made(key, copy, algorithm));
      if (!kept.has(name)) {
        kept.set(name, making);
        size += copy.most;
      }
      const values = await making;
      signal.throwIfAborted();
      return values;
    };
  };
}

/** Places of all families that have hashes by the algorithm. */
function* placesWith(algorithm: Algorithm, most: number): Generator<Place> {
  for (const family of FAMILIES.filter(({ algorithms }) => algorithms.includes(algorithm))) {
    for (let nth = 0; nth < 2; nth++) yield { family, run: "few", nth };
    for (let nth = 0; nth < most; nth++) yield { family, run: "grown", nth };
  }
}

function textOf({ value }: Fingerprint): string {
  return Buffer.from(value).toString("latin1");
}
