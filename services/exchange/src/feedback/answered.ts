import { answerFault } from "../asking/answer-fault.ts";
import type { Failed } from "../connectors/fault.ts";

export interface Answered {
  standing: "SENT" | "REFUSED";
  status: number;
}

/** What an exchange's answer to a PUT says: taken, not taken, or that it may be tried again. */
export function answeredBy(status: number, retryAfter: string | undefined, now: Date): Answered | Failed {
  if (status >= 200 && status < 300) return { standing: "SENT", status };
  const fault = answerFault(status, retryAfter, now);
  return fault === undefined || (fault.fault === "ANSWER" && !fault.isPassing)
    ? { standing: "REFUSED", status }
    : fault;
}
