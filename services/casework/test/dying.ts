import type { Handlers } from "./bed.ts";

class Died extends Error {}

/** What was ended comes again, an event or a call, until its handler has returned. */
export async function untilDone<T>(handle: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await handle();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
  }
}

/** Ends the handler at these writes: an even one is lost, an odd one is durable but its handler never hears of it. */
export function dieAt({ deps }: Handlers, dyingWrites: readonly number[]): { count: number } {
  const died = { count: 0 };
  let writes = 0;
  for (const collection of [
    deps.cases,
    deps.links,
    deps.brakes,
    deps.closings,
    deps.bulks,
    deps.reviews,
    deps.breakers,
    deps.reversals,
    deps.marks,
    deps.readings,
  ]) {
    for (const method of ["insert", "insertMany", "save"] as const) {
      const write = collection[method].bind(collection) as (...args: unknown[]) => Promise<unknown>;
      const dying = async (...args: unknown[]) => {
        const dies = dyingWrites.includes(++writes);
        if (dies) died.count++;
        if (dies && writes % 2 === 0) throw new Died();
        const written = await write(...args);
        if (dies) throw new Died();
        return written;
      };
      Object.assign(collection, { [method]: dying });
    }
  }
  return died;
}
