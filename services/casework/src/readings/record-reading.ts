import { randomUUID } from "node:crypto";
import type { Deps } from "../deps.ts";
import type { Reading } from "./reading.ts";

/**
 * Writes that `reader` opens something, before it is given: where this fails nothing is given. Each opening is an act of
 * its own, so a repeated call is another one.
 *
 * @throws Problem STORE_UNAVAILABLE, STORE_FULL.
 */
export async function recordReading(
  { readings, clock }: Pick<Deps, "readings" | "clock">,
  opened: Omit<Reading, "schemaVersion" | "readTime">,
): Promise<void> {
  await readings.insert(randomUUID(), { schemaVersion: 1, ...opened, readTime: clock.now() });
}
