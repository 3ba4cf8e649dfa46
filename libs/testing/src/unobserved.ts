import type { Case } from "@ntd/proto/casework/v1/case";
import type { Target } from "@ntd/proto/prober/v1/target";
import type { NoticeTarget } from "@ntd/proto/takedown/v1/notice";

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
> = {
  ...nothingSeen,
  singleVantage: false,
  looks: [],
  lastLookTime: undefined,
  movedFromTargetId: "",
  movedToHostDigest: "",
  neverSeen: false,
};

/** The same of a case's target. */
export const unobservedCase: Pick<Case, "goneStrength" | "goneTime" | "looks" | "cloaked" | "restrictedHere"> = {
  ...nothingSeen,
  goneTime: undefined,
  looks: [],
};

/** The same of a notice's target. */
export const unobservedNotice: Pick<
  NoticeTarget,
  "targetState" | "targetReason" | "goneStrength" | "singleVantage" | "cloaked" | "restrictedHere"
> = {
  ...nothingSeen,
  targetState: "TARGET_STATE_UNSPECIFIED",
  targetReason: "PROBE_REASON_UNSPECIFIED",
  singleVantage: false,
};
