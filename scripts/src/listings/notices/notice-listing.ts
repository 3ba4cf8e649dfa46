import { DoubtCause } from "@ntd/proto/casework/v1/case";
import { Environment } from "@ntd/proto/common/v1/common";
import {
  Action,
  CannotRestoreReason,
  DisputeGrounds,
  NoticeState,
  Outcome,
  Preservation,
  RejectionReason,
  RejectionResolution,
  SuspensionEnd,
  type Notice,
} from "@ntd/proto/takedown/v1/notice";
import { ERASED } from "@ntd/service";
import { HotlineAction, HotlineReason } from "@ntd/proto/hotline/v1/hotline_link_service";
import { listing, table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { lookTable, pageSightOf, sightOf } from "../sight.ts";

/** One notice with everything that became of it. */
export function noticeListing(notice: Notice, addressErased = false): string {
  const rows = notice.targets.map((t) => [t.targetId, answerOf(t), t.lastSeenTime, t.goneTime, t.restoredTime]);
  const head = listing({
    notice: notice.noticeId,
    provider: notice.providerId,
    "hotline of": notice.country,
    address: addressErased ? ERASED : undefined,
    environment: wordOf(Environment, notice.environment),
    state: stateOf(notice),
    action: wordOf(Action, notice.action),
    revision: notice.revision,
    issued: notice.issuedTime,
    "first offered": notice.offeredTime,
    "to preserve": notice.preserveFor && `${Number(notice.preserveFor.seconds) / 86_400} days`,
    "look asked": notice.lookAskedTime,
    acknowledged: notice.acknowledgedTime,
    answered: notice.answeredTime,
    "verified gone": notice.verifiedGoneTime,
    closed: notice.closedTime,
    withdrawn: notice.withdrawnTime,
    "withdrawn by decision": notice.withdrawnByDecisionId || undefined,
    restored: notice.restoredTime,
    "newest revision acknowledged": notice.revision > 1 ? notice.revisionAcknowledgedTime : undefined,
    "cannot be sent": notice.undeliverableReason || undefined,
    "cannot be sent since": notice.undeliverableTime,
  });
  const rejections = notice.rejections.map((r) => [
    r.receivedTime,
    wordOf(RejectionReason, r.reason),
    r.detail,
    wordOf(RejectionResolution, r.resolution),
    r.resolvedTime,
  ]);
  const rejected =
    rejections.length === 0
      ? ""
      : `\n\n${table(["rejected", "reason", "detail", "resolution", "resolved"], rejections)}`;
  return `${head}\n\n${table(["target", "answer", "last seen", "gone", "restored"], rows)}${hotlineAnswers(notice)}${sights(notice)}${suspensions(notice)}${rejected}`;
}

/** A notice's state, and what of it waits for what. */
export function stateOf({ state, lookAskedTime, suspensions: all, restoreWithheld, waitsForPolice }: Notice): string[] {
  const last = all.at(-1);
  const untold = state === "NOTICE_STATE_SUSPENDED" && last?.revision === 0;
  return [
    wordOf(NoticeState, state),
    // What a machine decided leaves once an eye has seen it lately.
    ...(waitsForPolice ? ["waits for police"] : lookAskedTime === undefined ? [] : ["waits for a sighting"]),
    ...(untold ? [last.clientTooOld ? "cannot be suspended: old client" : "not told yet"] : []),
    ...(restoreWithheld ? ["not to be restored: another decision asks for removal"] : []),
  ];
}

function suspensions({ suspensions: all }: Notice): string {
  const rows = all.map((s) => [
    s.suspendedTime,
    wordOf(DoubtCause, s.cause),
    s.revision || (s.clientTooOld ? "old client" : "not told"),
    s.acknowledgedTime,
    s.lapseTime ?? "lasts",
    s.endedTime,
    wordOf(SuspensionEnd, s.ending),
  ]);
  const head = ["suspended", "cause", "revision", "acknowledged", "lapses", "ended", "ending"];
  return rows.length === 0 ? "" : `\n\n${table(head, rows)}`;
}

/** What the eyes say of each target, and who is shown something else; nothing where nobody has told. */
function sights({ targets, action }: Notice): string {
  const embeds = action === "ACTION_REMOVE_EMBEDDED";
  const told = targets.flatMap((target) => {
    const sight = { ...target, goneTime: undefined };
    const said = listing(embeds ? pageSightOf(sight, true) : sightOf(sight));
    const cloaked = target.cloaked.length === 0 ? [] : [lookTable(target.cloaked)];
    return said === "" ? [] : [said, ...cloaked];
  });
  return told.map((text) => `\n\n${text}`).join("");
}

/** Everything that a hotline said it did, oldest first. */
function hotlineAnswers({ targets }: Notice): string {
  const rows = targets.flatMap(({ answers }) =>
    answers
      .filter(({ hotlineAction }) => hotlineAction !== undefined)
      .map((a) => [hotlineWords(a), a.measureTime, a.receivedTime, a.revision]),
  );
  return rows.length === 0 ? "" : `\n\n${table(["hotline", "acted", "received", "revision"], rows)}`;
}

function hotlineWords({ hotlineAction, hotlineReason }: Notice["targets"][number]["answers"][number]): string {
  if (hotlineAction === undefined) return "";
  const reason = hotlineReason === undefined ? "" : ` (${wordOf(HotlineReason, hotlineReason)})`;
  return `${wordOf(HotlineAction, hotlineAction)}${reason}`;
}

/** The newest answer, with the reason that goes with it. */
export function answerOf({ answers }: Notice["targets"][number]): string {
  const last = answers.at(-1);
  if (last === undefined) return "";
  const reasons = [
    wordOf(DisputeGrounds, last.disputeGrounds),
    wordOf(CannotRestoreReason, last.cannotRestoreReason),
    wordOf(Preservation, last.preservation ?? "PRESERVATION_UNSPECIFIED"),
    hotlineWords(last),
  ];
  return [wordOf(Outcome, last.outcome), ...reasons].filter((word) => word !== "").join(": ");
}
