import { get } from "node:http";
import type { Stage } from "./eye-stage.ts";
import { ipOf, urlOf, type Place } from "./eye-targets.ts";

interface Bounds {
  atOnce: number;
  timeoutMs: number;
  forMs: number;
}

/** Fetches a second of nothing but node:http at addresses that are known: no look-up, no store, nothing compared. */
export async function floorOf(stage: Stage, places: readonly Place[], bounds: Bounds): Promise<number> {
  const began = performance.now();
  const waiting = places.values();
  const ends: number[] = [];
  async function hand(): Promise<void> {
    for (const place of waiting) {
      await fetched(stage, place, bounds.timeoutMs);
      // What ends later is not counted, as with the looks.
      if (performance.now() - began >= bounds.forMs) return;
      ends.push(performance.now());
    }
  }
  await Promise.all(Array.from({ length: bounds.atOnce }, hand));
  return (ends.length * 1000) / ((ends.at(-1) ?? Number.NaN) - began);
}

function fetched(stage: Stage, place: Place, timeoutMs: number): Promise<void> {
  const { host, pathname, port } = new URL(urlOf(stage, place));
  const { promise, resolve } = Promise.withResolvers<void>();
  const asking = get({ host: ipOf(place.nth), port, path: pathname, headers: { host }, agent: false }, (response) => {
    response.resume().on("end", resolve);
  });
  const timer = setTimeout(() => asking.destroy(), timeoutMs);
  asking.on("error", () => undefined).on("close", resolve);
  return promise.finally(() => clearTimeout(timer));
}
