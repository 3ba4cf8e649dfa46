import type { ConnectorState, Named } from "./connector.ts";

/** So long everything is kept of a connector that the file names no more: a slip of the pen loses nothing. */
const KEPT_MS = 30 * 24 * 3_600_000;

export const forgetTime = (since: Date): Date => new Date(since.getTime() + KEPT_MS);

/** What is kept of a connector by what the file says now. Undefined: nothing changes. */
export function named(state: ConnectorState, by: Named | undefined, now: Date): ConnectorState | undefined {
  const { unnamedSince, isForgotten, kind, ...rest } = state;
  if (isForgotten === true) return undefined;
  if (by === undefined) return unnamedSince === undefined ? { ...state, unnamedSince: now } : undefined;
  return unnamedSince === undefined && kind !== undefined ? undefined : { ...rest, kind: by.kind, setId: by.setId };
}

/** Whether what is kept of it goes now. */
export function isToForget({ unnamedSince, isForgotten }: ConnectorState, now: Date): boolean {
  return isForgotten === true || (unnamedSince !== undefined && forgetTime(unnamedSince) <= now);
}
