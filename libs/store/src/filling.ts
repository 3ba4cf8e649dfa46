import { setTimeout } from "node:timers/promises";
import type { Layout } from "./layout.ts";
import { servedBy, type Shape } from "./served.ts";

/**
 * What a collection that holds documents still lacks: fields and columns that were declared later, indexes that are not
 * made yet. A query that needs one of them waits until all of it is there: its answer would lack documents, or scan.
 */
export interface Filling {
  readonly isFilling: boolean;
  /** Resolves when the fields (and the index that serves them) are there. */
  until(layout: Layout, shape: Shape): Promise<void> | undefined;
  /** Resolves when nothing is lacking; rejects when the work broke off. */
  readonly done: Promise<void>;
  /** Resolves when nothing of the work is on its way; once the store is closed, for good. */
  atRest(): Promise<void>;
}

const AGAIN_MS = 5000;

/**
 * Broken off (the disk is full, the database away) the work is begun again, until the store is closed.
 *
 * @param lacking names of fields and columns, and whether an index is lacking.
 * @param work fills them in; between two steps it looks whether the store is closed, and rejects.
 */
export function filling(
  lacking: { names: readonly string[]; isIndexLacking: (index: Layout["indexes"][number]) => boolean },
  work: (() => Promise<void>) | undefined,
  isClosed: () => boolean,
): Filling {
  if (work === undefined) {
    return { isFilling: false, until: () => undefined, done: Promise.resolve(), atRest: () => Promise.resolve() };
  }
  let isFilling = true;
  let attempt = Promise.resolve();
  const done = repeated(() => (attempt = work()), isClosed).then(() => void (isFilling = false));
  done.catch(() => undefined);
  return {
    atRest: () => attempt.catch(() => undefined),
    get isFilling() {
      return isFilling;
    },
    done,
    until(layout, shape) {
      if (!isFilling) return undefined;
      const { where, order, read = [] } = shape;
      const asked = [...Object.keys(where), ...(order === undefined ? [] : [order]), ...read];
      const served = servedBy(layout, shape);
      const lacksIndex = typeof served === "object" && lacking.isIndexLacking(served);
      return lacksIndex || asked.some((name) => lacking.names.includes(name)) ? done : undefined;
    },
  };
}

async function repeated(work: () => Promise<void>, isClosed: () => boolean): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isClosed()) throw error;
      await setTimeout(AGAIN_MS, undefined, { ref: false });
      if (isClosed()) throw error;
    }
  }
}
