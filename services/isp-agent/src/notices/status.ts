import type { Notice } from "./notice.ts";

/** What the provider's own people see of a notice that is not done. */
export function pendingEntry(
  { noticeId, current, progress, next }: Notice,
  {
    requestedAction,
    url,
    embedded,
    preserveUntil,
  }: { requestedAction: string; url: string[]; embedded: string[]; preserveUntil: string | undefined },
) {
  return {
    notice_id: noticeId,
    revision: current.revision,
    requested_action: requestedAction,
    state: progress.is,
    attempts: "attempts" in progress ? progress.attempts : 0,
    ...("lastFailure" in progress ? { last_failure: progress.lastFailure } : {}),
    ...("reason" in progress ? { refused_call: progress.call, reason: progress.reason } : {}),
    received_time: current.receivedTime.toISOString(),
    deadline: current.deadline?.toISOString(),
    preserve_until: preserveUntil,
    addresses: url,
    // What of the page is meant: with a person and no handler nothing else names it.
    ...(embedded.length > 0 && { embedded_urls: embedded }),
    ...(next === undefined ? {} : { waiting_revision: next.revision }),
  };
}
