import { randomUUID } from "node:crypto";
import type { Clock } from "@ntd/service";
import type { Reading, Readings } from "./reading.ts";

/** What a handler says of what it opens. */
export type Opened = Omit<Reading, "schemaVersion" | "readTime">;

/**
 * Writes that somebody opens something, before it is given: where this fails nothing is given. Each opening is an act of
 * its own, so a repeated call is another one.
 *
 * @throws Problem STORE_UNAVAILABLE, STORE_FULL.
 */
export async function recordReadings(
  { readings, clock }: { readings: Pick<Readings, "insertMany">; clock: Clock },
  ...opened: readonly Opened[]
): Promise<void> {
  if (opened.length === 0) return;
  const readTime = clock.now();
  await readings.insertMany(
    opened.map((one) => ({ id: randomUUID(), state: { schemaVersion: 1 as const, ...one, readTime } })),
  );
}
