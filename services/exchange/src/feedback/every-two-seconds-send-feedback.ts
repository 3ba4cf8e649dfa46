import { isStill } from "@ntd/host";
import type { Loop } from "@ntd/service";
import { watchConnectors } from "../connectors/every-minute-watch-connectors.ts";
import { startByConnector } from "../connectors/start-by-connector.ts";
import type { Deps } from "../deps.ts";
import { sendFeedback } from "./send-feedback.ts";

const PERIOD_MS = 2000;

/** Sends what was said. */
export function startSending(deps: Deps): Loop {
  return startByConnector("send feedback", PERIOD_MS, deps.log, {
    due: async () => ((await isStill(deps)) ? [] : deps.connectorsNow()),
    async run(connector, stop) {
      if (connector.kind === "ncmec" && (await sendFeedback(deps, connector, stop))) await watchConnectors(deps);
    },
  });
}
