import type { Case } from "@ntd/proto/casework/v1/case";
import type { Target } from "@ntd/proto/prober/v1/target";
import type { Answer, Notice, NoticeTarget } from "@ntd/proto/takedown/v1/notice";
import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";

const nothingSeen = {
  goneStrength: "GONE_STRENGTH_UNSPECIFIED",
  cloaked: [] as never[],
  restrictedHere: false,
} as const;

/** What an event of release 0.2 does not tell of its target. */
export const unobserved: Pick<
  Target,
  | "goneStrength"
  | "singleVantage"
  | "looks"
  | "cloaked"
  | "restrictedHere"
  | "lastLookTime"
  | "movedFromTargetId"
  | "movedToHostDigest"
  | "neverSeen"
  | "restoredTime"
> = {
  ...nothingSeen,
  singleVantage: false,
  looks: [],
  lastLookTime: undefined,
  movedFromTargetId: "",
  movedToHostDigest: "",
  neverSeen: false,
  restoredTime: undefined,
};

/** The same of a case's target. */
export const unobservedCase: Pick<
  Case,
  "goneStrength" | "goneTime" | "looks" | "cloaked" | "restrictedHere" | "doubt"
> = {
  ...nothingSeen,
  goneTime: undefined,
  doubt: undefined,
  looks: [],
};

/** The same of a notice's target. */
export const unobservedNotice: Pick<
  NoticeTarget,
  "targetState" | "targetReason" | "goneStrength" | "singleVantage" | "cloaked" | "restrictedHere" | "restoredTime"
> = {
  ...nothingSeen,
  targetState: "TARGET_STATE_UNSPECIFIED",
  targetReason: "PROBE_REASON_UNSPECIFIED",
  singleVantage: false,
  restoredTime: undefined,
};

/** What a notice has that was never in doubt. */
export const undoubtedNotice: Pick<
  Notice,
  | "suspensions"
  | "withdrawnTime"
  | "withdrawnByDecisionId"
  | "restoreWithheld"
  | "restoredTime"
  | "revisionAcknowledgedTime"
> = {
  suspensions: [],
  withdrawnTime: undefined,
  withdrawnByDecisionId: "",
  restoreWithheld: false,
  restoredTime: undefined,
  revisionAcknowledgedTime: undefined,
};

/** What an answer has that neither disputes nor answers a wish to restore. */
export const plainAnswer: Pick<Answer, "cannotRestoreReason" | "disputeGrounds" | "disputeText"> = {
  cannotRestoreReason: "CANNOT_RESTORE_REASON_UNSPECIFIED",
  disputeGrounds: "DISPUTE_GROUNDS_UNSPECIFIED",
  disputeText: undefined,
};

/** The same of what a provider sends. */
export const plainOutcome: Pick<TargetOutcome, "cannotRestoreReason" | "disputeGrounds" | "disputeText"> = {
  ...plainAnswer,
  disputeText: "",
};
