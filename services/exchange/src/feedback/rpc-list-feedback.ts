import { listPage } from "@ntd/host";
import type { ListFeedbackRequest, ListFeedbackResponse } from "@ntd/proto/exchange/v1/feedback_service";
import type { CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { connectorId } from "../connectors/connector-id.ts";
import type { Deps } from "../deps.ts";
import { connectorFor } from "./connector-for.ts";
import type { Standing } from "./feedback.ts";
import { toFeedback } from "./feedback-message.ts";
import { standingKey } from "./standing-key.ts";

type Listing = Pick<Deps, "feedback" | "outlets" | "connectorsNow" | "sets">;

/** To members of the connector's set, and operators. */
export function listFeedback(deps: Listing) {
  return async (request: ListFeedbackRequest, context: CallContext): Promise<ListFeedbackResponse> => {
    const config = await connectorFor(deps, request.connector, context);
    const id = connectorId(config);
    const wanted = standingIn(request.state);
    const where = wanted === undefined ? { connector: id } : { standing: standingKey(id, wanted) };
    const query = { where, orderBy: "given", descending: true } as const;
    const { documents, nextPageToken } = await listPage(deps.feedback, request, query, ({ given }) => given);
    const outlet = await deps.outlets.load(id);
    const silence = outlet?.state.failure?.sentence ?? "";
    return { feedback: documents.map(({ state }) => toFeedback(config.name, state, silence)), nextPageToken };
  };
}

function standingIn(state: ListFeedbackRequest["state"]): Standing | undefined {
  if (state === "FEEDBACK_STATE_UNSPECIFIED") return undefined;
  if (state === "UNRECOGNIZED") {
    throw Problem.fields({ field: "state", description: "is none; say waiting, sent, refused or failed" });
  }
  return STANDINGS[state];
}

const STANDINGS = {
  FEEDBACK_STATE_WAITING: "WAITING",
  FEEDBACK_STATE_SENT: "SENT",
  FEEDBACK_STATE_REFUSED: "REFUSED",
  FEEDBACK_STATE_FAILED: "FAILED",
} as const;
