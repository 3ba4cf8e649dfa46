import { Problem } from "@ntd/service";
import { MAX_ANSWERS, MAX_TEXTS, type Received } from "./answer.ts";
import type { Notice } from "../notices/notice.ts";

/** The notice after an acknowledgement, answer or rejection, or the problem that it was refused for. */
export function taken(received: Received | { acknowledged: true }): Notice {
  if ("refused" in received) throw Problem.fields(...received.refused);
  if ("acknowledged" in received) {
    throw new Problem("WRONG_STATE", "It was acknowledged; what was acknowledged is answered, by ReportOutcome.");
  }
  if ("tooMany" in received) {
    const most = `${MAX_ANSWERS} answers and rejections, ${MAX_TEXTS} of them with a text`;
    throw new Problem("TOO_LARGE", `A notice takes ${most}; speak with the hotline.`);
  }
  return received.notice;
}
