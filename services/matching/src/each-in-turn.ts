/**
 * Works on things one after the other. The failure of one keeps none behind it from its turn; the first is thrown at
 * the end.
 */
export async function eachInTurn<T>(things: Iterable<T>, work: (thing: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const thing of things) await work(thing).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
