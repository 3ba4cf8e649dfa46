import { setImmediate } from "node:timers/promises";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { FindWatermarksRequest, FindWatermarksResponse, FoundWatermark } from "@ntd/proto/feed/v1/feed_service";
import type { CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "./deps.ts";
import { watermark, WATERMARKS, type Copy } from "./watermark.ts";

const MOST = 1000;

/** Whose copy of a list has hashes that stand for no file but ours. */
export function findWatermarks({ hashlists, watermarkKey }: Pick<Deps, "hashlists" | "watermarkKey">) {
  const known = knownKeys();
  return async ({ fingerprints }: FindWatermarksRequest, context: CallContext): Promise<FindWatermarksResponse> => {
    if (fingerprints.length === 0 || fingerprints.length > MOST) {
      const description = `names ${fingerprints.length}; at least 1, at most ${MOST}`;
      throw Problem.fields({ field: "fingerprints", description });
    }
    const wanted = new Map(fingerprints.map((one, index) => [keyOf(one), index]));
    const keysOf = known(watermarkKey());
    const found: FoundWatermark[] = [];
    let pageToken = "";
    do {
      const page = await hashlists.listRecipients({ pageSize: 200, pageToken }, { signal: context.signal });
      const copies = page.sets.flatMap(({ setId, recipients }) =>
        recipients.map(({ partner: recipient }) => ({ setId, recipient })),
      );
      for (const copy of copies) {
        for (const one of await keysOf(copy, context.signal)) {
          const index = wanted.get(one);
          if (index !== undefined) found.push({ index, ...copy });
        }
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return { found };
  };
}

/** Copies of which they are kept: a list that turned up comes a thousand hashes at a time. */
const KEPT = 2000;

function knownKeys() {
  let of: Uint8Array | undefined;
  const kept = new Map<string, string[]>();
  return (key: Uint8Array) => {
    if (of === undefined || !Buffer.from(of).equals(key)) kept.clear();
    of = key;
    return async (copy: Copy, signal: AbortSignal): Promise<string[]> => {
      const name = `${copy.setId} ${copy.recipient}`;
      const before = kept.get(name);
      if (before !== undefined) return before;
      const keys: string[] = [];
      for (let nth = 0; nth < WATERMARKS; nth++) {
        keys.push(...Array.from(watermark(key, copy, nth).fingerprints.values(), keyOf));
        await setImmediate();
        signal.throwIfAborted();
      }
      if (kept.size < KEPT) kept.set(name, keys);
      return keys;
    };
  };
}

function keyOf({ algorithm, value }: Fingerprint): string {
  return `${algorithm} ${Buffer.from(value).toString("hex")}`;
}
