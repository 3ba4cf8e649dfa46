import type { ConnectorState } from "./connector.ts";
import type { ConnectorConfig } from "./connectors-file.ts";

/** A passing fault is none of the health's before that many in a row. */
const PASSING = 3;
/** Beyond the schedule; a list that is older is not what its set says that it is. */
const LATE_MS = 3_600_000;

const passing: ReadonlySet<string> = new Set(["UNREACHABLE", "BUSY", "ANSWER", "PAGE", "HASHLISTS", "BROKE_OFF"]);

export const isPassing = (fault: string): boolean => passing.has(fault);

/**
 * Why this connector makes the service degraded: the name of its fault, RELEASE_WAITS where nobody has decided on its last
 * release for too long, or "" when it is well.
 */
export function degradedBy(
  { failure, lastSuccess, createdTime, awaited }: ConnectorState,
  { everyMs, decideMs }: Pick<ConnectorConfig, "everyMs" | "decideMs">,
  now: Date,
): string {
  const lateMs = now.getTime() - (lastSuccess ?? createdTime).getTime();
  const isSerious = failure !== undefined && (!isPassing(failure.fault) || failure.count >= PASSING);
  if (failure !== undefined && (isSerious || lateMs > everyMs + LATE_MS)) return failure.fault;
  // Nothing was brought since.
  return awaited !== undefined && lateMs > decideMs ? "RELEASE_WAITS" : "";
}
