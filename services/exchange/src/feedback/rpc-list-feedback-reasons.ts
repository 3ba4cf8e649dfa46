import type { ListFeedbackReasonsRequest, ListFeedbackReasonsResponse } from "@ntd/proto/exchange/v1/feedback_service";
import type { CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { connectorFor } from "./connector-for.ts";
import { toReason } from "./feedback-message.ts";
import { knownReasons } from "./known-reasons.ts";
import { kindOf } from "./named-hash.ts";

/** As the exchange told them within a day; it is asked when that was longer ago. */
export function listFeedbackReasons(deps: Deps) {
  return async (request: ListFeedbackReasonsRequest, context: CallContext): Promise<ListFeedbackReasonsResponse> => {
    const config = await connectorFor(deps, request.connector, context);
    const kind = kindOf(request.algorithm);
    if (typeof kind === "object") throw Problem.fields(kind);
    return { reasons: (await knownReasons(deps, config, kind)).map(toReason) };
  };
}
