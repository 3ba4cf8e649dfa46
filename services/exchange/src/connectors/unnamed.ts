import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { connectorId } from "./connector-id.ts";
import { newConnector, type ConnectorState, type Named } from "./connector.ts";
import { forget } from "./forget.ts";

/** So long everything is kept of a connector that the file names no more: a slip of the pen loses nothing. */
const KEPT_MS = 30 * 24 * 3_600_000;

const AT_ONCE = 100;

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

/** Notes which connectors the file names no more, and forgets those of which that is long ago. */
export async function seeToNames(deps: Deps): Promise<void> {
  const { connectors, clock, log } = deps;
  const configured = new Map(deps.connectorsNow().map((connector) => [connectorId(connector), connector]));
  for await (const page of connectors.pages({}, AT_ONCE)) {
    for (const { id } of page) {
      const by = configured.get(id);
      const saved = await change(connectors, id, (state) => {
        const next = state && named(state, by, clock.now());
        return next && { state: next };
      });
      if (saved !== undefined && isToForget(saved.state, clock.now())) {
        await forget(deps, id);
        log.warn({ connector: saved.state.name }, "what was kept of a connector that the file names no more is gone");
      }
    }
  }
  // Also one that was forgotten just as the file named it again.
  for (const [id, config] of configured) await connectors.insert(id, newConnector(config, clock.now()));
}
