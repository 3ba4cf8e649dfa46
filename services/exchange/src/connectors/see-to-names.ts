import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { connectorId } from "./connector-id.ts";
import { newConnector } from "./connector.ts";
import { forget } from "./forget.ts";
import { isToForget, named } from "./unnamed.ts";

const AT_ONCE = 100;

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
