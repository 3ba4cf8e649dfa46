import { change, type Collection } from "@ntd/store";
import { countChange } from "../metrics.ts";
import type { Collections } from "../store.ts";
import type { Timeline } from "./timeline.ts";

/**
 * Changes a document by what `next` makes of it; nothing is written when that is nothing new.
 *
 * @returns it as it now is; undefined when there is none.
 */
export async function write<S extends object>(
  collection: Pick<Collection<S>, "load" | "insert" | "save">,
  id: string,
  next: (known: S | undefined) => S | undefined | Promise<S | undefined>,
): Promise<S | undefined> {
  const saved = await change(collection, id, async (known) => {
    const made = await next(known);
    return made === undefined || isSame(made, known) ? undefined : { state: made };
  });
  return saved?.state;
}

/** Changes a timeline, and counts what that made of it; whether it was written. */
export async function writeTimeline(
  timelines: Collections["timelines"],
  id: string,
  next: (known: Timeline | undefined) => Timeline | undefined | Promise<Timeline | undefined>,
): Promise<boolean> {
  let before: Timeline | undefined;
  const after = await write(timelines, id, (known) => {
    before = known;
    return next(known);
  });
  if (after === undefined || isSame(after, before)) return false;
  countChange(before, after);
  return true;
}

/** Whether they are the same as the store keeps them: without what is undefined. */
export function isSame(a: object, b: object | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
