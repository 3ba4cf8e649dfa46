import { Problem } from "@ntd/service";
import { MAX_ANSWERS, type Received } from "./answer.ts";
import type { Notice } from "./notice.ts";

/** The notice after an acknowledgement or answer, or the problem that it was refused for. */
export function taken(received: Received): Notice {
  if ("refused" in received) throw Problem.fields(received.refused);
  if ("tooMany" in received) {
    throw new Problem("TOO_LARGE", `A target of a notice takes ${MAX_ANSWERS} answers; speak with the hotline.`);
  }
  return received.notice;
}
