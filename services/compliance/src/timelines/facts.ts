import type { DataOf } from "@ntd/bus";
import { goneSince, goneStrength, isSingleVantage } from "@ntd/facts";
import { Problem } from "@ntd/service";
import { earlier } from "./earlier.ts";
import type { TargetView } from "./target-view.ts";
import type { Answered, NoticeFacts } from "./timeline.ts";

type Notice = DataOf<"notice">;
type Target = DataOf<"target">;
type GoneStrength = Target["goneStrength"];

/** A look beyond these is in the evidence that the prober keeps. */
const MAX_LOOKS = 12;

/** What a notice's event says about each of its targets. */
export function noticeFacts(notice: Notice, version: number): NoticeFacts[] {
  const { noticeId, caseId, decisionId, providerId } = notice;
  const state = known("state", notice.state);
  return notice.targets.map(({ targetId, episode, lastSeenTime, goneTime, goneBeforeOffer, answers, ...target }) => ({
    version,
    noticeId,
    targetId,
    episode,
    caseId,
    decisionId,
    providerId,
    environment: known("environment", notice.environment),
    withdrawn: WITHDRAWN.has(state),
    ...reversedOf(notice, target.restoredTime),
    ...suspensionsOf(notice),
    ...(state === "NOTICE_STATE_CLOSED" && { closed: true as const }),
    ...endOf(notice),
    ...(notice.preserveFor && { preserve: true as const }),
    ...(notice.route === "ROUTE_HOTLINE" && { abroad: notice.country ?? "" }),
    issuedTime: given("issued_time", notice.issuedTime),
    offeredTime: notice.offeredTime,
    acknowledgedTime: notice.acknowledgedTime,
    lastSeenTime,
    goneTime,
    ...strengthOf(known("gone_strength", target.goneStrength), target.singleVantage),
    goneBeforeOffer,
    answers: answers.map(answered),
  }));
}

const WITHDRAWN: ReadonlySet<Notice["state"]> = new Set(["NOTICE_STATE_WITHDRAWN", "NOTICE_STATE_RESTORED"]);

// One that its provider did not take is withdrawn, too; no decision did that.
function reversedOf(notice: Notice, restoredTime: Date | undefined): Pick<NoticeFacts, "reversed"> {
  const { withdrawnTime, withdrawnByDecisionId, restoreWithheld } = notice;
  if (withdrawnTime === undefined || withdrawnByDecisionId === "") return {};
  const withheld = restoreWithheld && { withheld: true as const };
  return { reversed: { withdrawnTime, ...withheld, ...(restoredTime && { restoredTime }) } };
}

// A hold keeps back nothing that is over.
function endOf({ closedTime, withdrawnTime, offeredTime }: Notice): Pick<NoticeFacts, "endedTime"> {
  const endedTime = earlier(closedTime, withdrawnTime);
  return endedTime === undefined || offeredTime !== undefined ? {} : { endedTime };
}

function suspensionsOf({ suspensions }: Notice): Pick<NoticeFacts, "suspensions"> {
  if (suspensions.length === 0) return {};
  return {
    suspensions: suspensions.map(({ suspendedTime, endedTime, ending }) => ({
      from: given("suspended_time", suspendedTime),
      ...(endedTime && { to: endedTime }),
      ...(known("ending", ending) === "SUSPENSION_END_LAPSED" && { lapsed: true as const }),
    })),
  };
}

function answered({
  outcome,
  revision,
  receivedTime,
  ...said
}: Notice["targets"][number]["answers"][number]): Answered {
  const { preservation = "PRESERVATION_UNSPECIFIED", hotlineAction = "HOTLINE_ACTION_UNSPECIFIED" } = said;
  return {
    outcome: known("outcome", outcome),
    revision,
    receivedTime: given("received_time", receivedTime),
    ...(known("preservation", preservation) !== "PRESERVATION_UNSPECIFIED" && { preservation }),
    ...(known("hotline_action", hotlineAction) !== "HOTLINE_ACTION_UNSPECIFIED" && { action: hotlineAction }),
  };
}

function strengthOf(strength: GoneStrength, singleVantage: boolean) {
  if (strength === "GONE_STRENGTH_UNSPECIFIED") return {};
  return { goneStrength: strength, ...(singleVantage && { singleVantage: true as const }) };
}

/** Gone counts once the prober says it, not at the first miss. */
export function targetView(target: Target, version: number): TargetView {
  const { state, reason, looks, cloaked, restrictedHere, lastSeenTime, lastLookTime, slotsRequired, restoredTime } =
    target;
  const unseen =
    state === "TARGET_STATE_UNSEEN" || (state === "TARGET_STATE_CLOSED" && goneSince(target) === undefined);
  return {
    version,
    lastSeenTime,
    goneTime: goneSince(target),
    ...strengthOf(known("gone_strength", goneStrength(target)), isSingleVantage(target)),
    slotsRequired,
    ...(unseen && { unseen: { lastLookTime } }),
    ...(cloaked.length > 0 && { cloaked: true as const }),
    ...(restrictedHere && { restrictedHere: true as const }),
    ...(restoredTime && { restoredTime }),
    told: { state, reason, looks: looks.slice(-MAX_LOOKS), cloaked: cloaked.slice(-MAX_LOOKS), lastLookTime },
  };
}

export function given(field: string, time: Date | undefined): Date {
  if (time === undefined) throw new Problem("EVENT_UNREADABLE", `${field} is missing.`);
  return time;
}

// Kept as a dead letter, which can be sent again once this service knows the value.
export function known<V extends string>(field: string, value: V): V {
  if (value === "UNRECOGNIZED") throw new Problem("EVENT_UNREADABLE", `${field} holds a value of a newer release.`);
  return value;
}
