import { setImmediate } from "node:timers/promises";
import { nameOf, watermark, type Copy, type Place, type Watermark } from "./watermark.ts";

/** Copies of which they are kept: partners read page after page. */
const KEPT = 100;

export type MakeWatermark = typeof watermark;

/**
 * Makes watermarks one at a time for all who ask, and lets everybody else have a turn after each. Who asks for many asks
 * for one after the other, so that who asks for few waits for no more than as many as there are others.
 */
export function oneAtATime(make: MakeWatermark = watermark): (...of: Parameters<MakeWatermark>) => Promise<Watermark> {
  let last: Promise<unknown> = Promise.resolve();
  return (...of) => {
    const made = last.then(async () => {
      await setImmediate();
      return make(...of);
    });
    last = made.catch(() => undefined);
    return made;
  };
}

export type KnownWatermarks = (
  key: Uint8Array,
  copy: Copy,
  places: readonly Place[],
  signal: AbortSignal,
) => Promise<Watermark[]>;

/** Watermarks of a copy at their places, which are made once for as many pages as are read. */
export function knownWatermarks(make: ReturnType<typeof oneAtATime>): KnownWatermarks {
  let of: Uint8Array | undefined;
  const kept = new Map<string, Map<string, Promise<Watermark>>>();
  return async (key, copy, places, signal) => {
    if (of === undefined || !Buffer.from(of).equals(key)) kept.clear();
    of = key;
    const name = `${copy.setId} ${copy.recipient}`;
    const known = kept.get(name) ?? new Map<string, Promise<Watermark>>();
    kept.delete(name);
    kept.set(name, known);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    const marks: Watermark[] = [];
    for (const place of places) {
      const at = `${nameOf(place.family)} ${place.run} ${place.nth}`;
      const mark = known.get(at) ?? make(key, copy, place);
      known.set(at, mark);
      marks.push(await mark);
      signal.throwIfAborted();
    }
    return marks;
  };
}
