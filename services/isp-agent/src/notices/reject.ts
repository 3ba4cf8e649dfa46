import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { RejectionReason } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { callsRefused, noticesRejected } from "../metrics.ts";
import type { Receipt } from "./notice.ts";
import { isFinal } from "./tell.ts";
import type { Verdict } from "../verify/verify.ts";

type Refusal = Extract<Verdict | Receipt, { is: "refused" }>["reason"];

const reasons: Readonly<Record<Refusal, RejectionReason>> = {
  too_large: "REJECTION_REASON_TOO_LARGE",
  unknown_key: "REJECTION_REASON_UNKNOWN_KEY",
  bad_signature: "REJECTION_REASON_SIGNATURE_INVALID",
  unreadable: "REJECTION_REASON_UNREADABLE",
  issued_in_the_future: "REJECTION_REASON_ISSUED_IN_THE_FUTURE",
  another_addressee: "REJECTION_REASON_NOT_OURS",
  schema: "REJECTION_REASON_NOT_UNDERSTOOD",
  another_environment: "REJECTION_REASON_UNKNOWN_ENVIRONMENT",
  revision_reused: "REJECTION_REASON_REVISION_REUSED",
};

const TRIES = 4;
const AGAIN_MS = 500;

/**
 * Tells the platform that a notice is not taken, and why. Nothing is kept of it: if the platform does not answer, the
 * notice comes again with the next connection and is rejected then.
 */
export async function rejectNotice(
  { client, log }: Deps,
  { noticeId, revision }: SignedNotice,
  refusal: Refusal,
  signal: AbortSignal,
): Promise<void> {
  noticesRejected(refusal);
  // Its id is whatever the sender wrote.
  const fields = { noticeId: shown(noticeId), revision, reason: refusal };
  log.error(fields, "a notice is not taken");
  const request = { requestId: randomUUID(), noticeId, revision, reason: reasons[refusal], detail: refusal };
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      await client.rejectNotice(request);
      return;
    } catch (error) {
      const problem = Problem.from(error);
      if (isFinal(problem)) callsRefused("reject", problem.reason);
      if (isFinal(problem) || tries === TRIES) {
        return log.warn({ ...fields, reason: problem.reason }, "the platform did not take a rejection");
      }
      await delay(AGAIN_MS * 2 ** tries, undefined, { signal }).catch(() => undefined);
    }
  }
}
