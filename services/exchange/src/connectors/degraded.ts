import type { ConnectorState } from "./connector.ts";

/** A passing fault is none of the health's before that many in a row. */
const PASSING = 3;
/** Beyond the schedule; a list that is older is not what its set says that it is. */
const LATE_MS = 3_600_000;

const passing: ReadonlySet<string> = new Set(["UNREACHABLE", "BUSY", "ANSWER", "PAGE", "HASHLISTS"]);

export const isPassing = (fault: string): boolean => passing.has(fault);

/** Why this connector makes the service degraded: the name of its fault, or "" when it is well. */
export function degradedBy({ failure, lastSuccess, createdTime }: ConnectorState, everyMs: number, now: Date): string {
  if (failure === undefined) return "";
  const lateMs = now.getTime() - (lastSuccess ?? createdTime).getTime();
  const isSerious = !isPassing(failure.fault) || failure.count >= PASSING || lateMs > everyMs + LATE_MS;
  return isSerious ? failure.fault : "";
}
