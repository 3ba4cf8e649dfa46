import type { ForgetConnectorRequest, ForgetConnectorResponse } from "@ntd/proto/exchange/v1/exchange_service";
import { requireRequestId } from "@ntd/rpc";
import { isLeased, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { connectorId } from "./connector-id.ts";
import { LEASE_MS } from "./connector.ts";

type Forgetting = Pick<Deps, "connectors" | "connectorsNow" | "clock" | "kickWatch">;

const AT_ONCE = 100;

/**
 * Marks connectors that the file names no more: the loop removes what is kept of them. By nature it is the same however
 * often it is asked: what is gone is gone.
 */
export function forgetConnector({ connectors, connectorsNow, clock, kickWatch }: Forgetting) {
  return async ({ requestId, name }: ForgetConnectorRequest): Promise<ForgetConnectorResponse> => {
    requireRequestId(requestId);
    const named = connectorsNow();
    const ids = new Set(named.map(connectorId));
    let forgottenCount = 0;
    for await (const page of connectors.pages({}, AT_ONCE)) {
      for (const { id, state } of page) {
        if (state.name !== name || ids.has(id)) continue;
        forgottenCount++;
        await change(connectors, id, (now) => {
          return now && { state: { ...requireIdle(now, clock.now()), isForgotten: true as const } };
        });
      }
    }
    if (forgottenCount === 0 && named.some((one) => one.name === name)) {
      throw new Problem("WRONG_STATE", `The file names ${name}: take it out first, and nothing is lost for 30 days.`);
    }
    kickWatch();
    return { forgottenCount };
  };
}

function requireIdle<S extends { name: string; lease?: { until: Date } }>(state: S, now: Date): S {
  if (state.lease === undefined || !isLeased(state.lease.until, now, LEASE_MS)) return state;
  throw new Problem("WRONG_STATE", `${state.name} is being pulled still; say it again in a minute.`);
}
