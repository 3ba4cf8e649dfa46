import { setImmediate } from "node:timers/promises";
import { watermark, WATERMARKS, type Copy, type Watermark } from "./watermark.ts";

/** Copies of which they are kept: partners read page after page. */
const KEPT = 100;

export type KnownWatermarks = (key: Uint8Array, copy: Copy, count: number) => Promise<readonly Watermark[]>;

/**
 * The first watermarks of a copy, which are made once for as many pages as are read: each takes some 30 ms, between which
 * others have their turn.
 */
export function knownWatermarks(make: typeof watermark = watermark): KnownWatermarks {
  let of: Uint8Array | undefined;
  const kept = new Map<string, Watermark[]>();
  return async (key, copy, count) => {
    if (of === undefined || !Buffer.from(of).equals(key)) kept.clear();
    of = key;
    const name = `${copy.setId} ${copy.recipient}`;
    const known = kept.get(name) ?? [];
    kept.delete(name);
    kept.set(name, known);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    for (let nth = 0; nth < Math.min(count, WATERMARKS); nth++) {
      if (known[nth] !== undefined) continue;
      known[nth] = make(key, copy, nth);
      await setImmediate();
    }
    return known.slice(0, count);
  };
}
