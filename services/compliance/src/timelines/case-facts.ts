import type { DataOf } from "@ntd/bus";
import { isByMachine } from "@ntd/facts";
import type { Asked, CaseTold, Referred } from "./case-told.ts";
import type { CaseFacts } from "./case-view.ts";
import { given, known } from "./facts.ts";
import type { Held } from "./held.ts";

type Case = DataOf<"case">;

/** What a case's event says. */
export function caseFacts(event: Case, version: number): CaseFacts {
  const { decision, firstReportTime, firstReportRevision, reportIds } = event;
  return {
    decision: decision && {
      decisionId: decision.decisionId,
      decidedTime: given("decided_time", decision.decidedTime),
      ...(!isByMachine(decision) && { byPerson: true as const }),
      ...(decision.embedded && { embedded: true as const }),
    },
    firstReport: { time: firstReportTime, revision: firstReportRevision },
    reportIds,
    told: toldBy(event, version),
  };
}

function toldBy(event: Case, version: number): CaseTold {
  const { openedTime, holds, referral, icse, lifeAtRisk, isTextOnly } = event;
  const lane = known("lane", event.lane ?? "LANE_UNSPECIFIED");
  return {
    version,
    ...(openedTime && { openedTime }),
    ...(lane !== "LANE_UNSPECIFIED" && { lane, laneVersion: version }),
    ...(lifeAtRisk && { lifeAtRisk: true as const }),
    ...(isTextOnly && { textOnly: true as const }),
    ...(holds && { holds: holds.holds.map(held) }),
    ...(referral && { referral: referred(referral) }),
    ...(icse && { icse: asked(icse) }),
  };
}

function held(hold: NonNullable<Case["holds"]>["holds"][number]): Held {
  const { cause, sinceTime, releasedTime, expired, waitsForSupervisor } = hold;
  return {
    ...(known("cause", cause) === "HOLD_CAUSE_POLICE_FIRST" && { first: true as const }),
    since: given("since_time", sinceTime),
    ...(releasedTime && { released: releasedTime }),
    ...(expired && { expired: true as const }),
    ...(waitsForSupervisor && { waits: true as const }),
  };
}

function referred({ causes, referredTime, acknowledgedTime, ...said }: NonNullable<Case["referral"]>): Referred {
  const outcome = known("outcome", said.outcome);
  return {
    causes: causes.map((cause) => known("causes", cause)),
    referredTime: given("referred_time", referredTime),
    ...(acknowledgedTime && { acknowledgedTime }),
    ...(said.feedbackTime && { outcome }),
    ...(said.withdrawnTime && { withdrawn: true as const }),
  };
}

function asked({ askedTime, answeredTime, assessment }: NonNullable<Case["icse"]>): Asked {
  return {
    ...(askedTime && { askedTime }),
    ...(answeredTime && { answeredTime, assessment: known("assessment", assessment) }),
  };
}
