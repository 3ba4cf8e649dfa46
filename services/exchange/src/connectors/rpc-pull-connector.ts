import { changeOnce } from "@ntd/host";
import { PullConnectorRequest, type PullConnectorResponse } from "@ntd/proto/exchange/v1/exchange_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { speakAgain, type Speaking } from "../feedback/speak-again.ts";
import { connectorId } from "./connector-id.ts";
import { askedFor, newConnector } from "./connector.ts";
import { toConnector } from "./connector-message.ts";
import { requireGoesOn } from "./require-goes-on.ts";

type Pulling = Pick<Deps, "connectors" | "connectorsNow" | "clock" | "kickPuller" | "restored" | Speaking>;

/** Makes a connector due now, with all that its partner has if that is wanted, and what waits to be said to its exchange. */
export function pullConnector(deps: Pulling) {
  const { connectors, connectorsNow, clock, kickPuller } = deps;
  return async (request: PullConnectorRequest, context: CallContext): Promise<PullConnectorResponse> => {
    const config = connectorsNow().find(({ name }) => name === request.name);
    if (config === undefined) {
      throw new Problem("NOT_FOUND", `No connector is named ${shown(request.name)}; ntd exchange status lists them.`);
    }
    await requireGoesOn(deps);
    const body = PullConnectorRequest.encode(request).finish();
    const call = { caller: callerOf(context).person, method: "PullConnector", requestId: request.requestId, body };
    const now = clock.now();
    const { document } = await changeOnce(connectors, connectorId(config), call, (state) => {
      return { state: askedFor(state ?? newConnector(config, now), now, request.all), answer: null };
    });
    if (config.kind === "ncmec") await speakAgain(deps, config);
    kickPuller();
    return { connector: toConnector(config, document.state, now) };
  };
}
