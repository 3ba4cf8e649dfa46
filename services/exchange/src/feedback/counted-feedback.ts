import type { FeedbackCounts } from "@ntd/proto/exchange/v1/exchange_service";
import { toFailure } from "../connectors/connector-message.ts";
import type { Deps } from "../deps.ts";
import type { Standing } from "./feedback.ts";
import { standingKey } from "./standing-key.ts";

export async function countedFeedback(
  { feedback, outlets }: Pick<Deps, "feedback" | "outlets">,
  id: string,
): Promise<FeedbackCounts> {
  const count = async (standing: Standing) => (await feedback.count({ standing: standingKey(id, standing) })).count;
  const failure = (await outlets.load(id))?.state.failure;
  return {
    waiting: await count("WAITING"),
    sent: await count("SENT"),
    refused: await count("REFUSED"),
    failed: await count("FAILED"),
    ...(failure !== undefined && { failure: toFailure(failure) }),
  };
}
