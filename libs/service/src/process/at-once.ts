/**
 * Works on many things, a few at a time. A failure ends it once those in hand have ended: then nothing is under way.
 *
 * @throws what `work` threw first.
 */
export async function atOnce<T>(
  things: readonly T[],
  lanes: number,
  work: (thing: T) => Promise<unknown>,
): Promise<void> {
  const left = things.values();
  const failures: unknown[] = [];
  const lane = async () => {
    for (const thing of left) {
      if (failures.length > 0) return;
      await work(thing).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, things.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
