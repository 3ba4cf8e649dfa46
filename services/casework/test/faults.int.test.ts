import { join } from "node:path";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { LegalHoldServiceService } from "@ntd/proto/casework/v1/legal_hold_service";
import { ListImpactServiceService } from "@ntd/proto/casework/v1/list_impact_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { PolicyServiceService } from "@ntd/proto/casework/v1/policy_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { StayServiceService } from "@ntd/proto/casework/v1/stay_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { Schemes } from "@ntd/schemes";
import { handlersIn, refusedFields, type FaultyCall } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHandlers, type Handlers } from "./bed.ts";
import { noon, scheme } from "./facts.ts";

const definitions = [
  AssessmentServiceService,
  BreakerServiceService,
  CaseServiceService,
  HoldServiceService,
  LegalHoldServiceService,
  ListImpactServiceService,
  MarkServiceService,
  PolicyServiceService,
  ReferralServiceService,
  ReviewServiceService,
  StayServiceService,
  WithdrawalServiceService,
];
const made = await handlersIn(join(import.meta.dirname, "../src"));
let handlers: Handlers;
let deps: object;

beforeAll(async () => {
  handlers = await openHandlers({ supervisors: ["sue"] });
  const codes = [{ code: "1", title: "one", isIllegal: true }];
  const schemes = new Schemes([scheme({ scheme: "national", codes })], "national", []);
  deps = { ...handlers.deps, schemes };
});
afterAll(() => handlers[Symbol.asyncDispose]());

const ann = "assessor/ann";
const paul = "police/paul";
const sue = "assessor/sue";
const badPage = { pageSize: -1, pageToken: "none" };
const page = ["page_size", "page_token"];
const call = ["request_id", "case_id"];
const badCause = { cause: { what: { $case: "entry", value: { setId: "", entryId: "" } } } };
const entry = ["cause.entry.set_id", "cause.entry.entry_id"];
const expireTime = new Date(noon.getTime() - 1);
const code = { scheme: "national", version: "1", code: "1" };
const decision = {
  decision: "VERDICT_ILLEGAL",
  classifications: [{ ...code, version: "" }, code, { ...code, code: "2" }],
  reporterSentence: "REPORTER_SENTENCE_UNKNOWN",
  cluster: { caseIds: [] },
};
const refusedDecision =
  "basis classifications[0].version classifications[2] reason reporter_sentence cluster.case_ids".split(" ");

const calls: Record<string, FaultyCall> = {
  acknowledgeReferral: { by: paul, refused: [...call, "police_reference"] },
  addNote: { by: ann, refused: [...call, "text"] },
  askMarks: { by: "service/prober", refused: ["target_id", "address"] },
  assessEntries: {
    by: "service/hashlists",
    set: { entryIds: new Uint8Array(3) },
    refused: ["set_id", "entry_ids"],
  },
  claimCase: { by: ann, refused: call },
  claimNext: { by: ann, set: { lane: "LANE_X" }, refused: ["request_id", "lane"] },
  claimReview: { by: ann, refused: ["request_id", "review_id"] },
  closeAbsentCases: { by: ann, refused: ["request_id", "max_count"] },
  confirmWithdrawal: { by: ann, refused: [...call, "decision_id", "reason"] },
  confirmWithdrawals: {
    by: ann,
    set: { ...badCause, pictures: ["a", "", ""] },
    refused: ["request_id", ...entry, "pictures[1]", "pictures[2]", "reason"],
  },
  decideCase: { by: ann, set: decision, refused: [...call, ...refusedDecision] },
  decideReview: { by: ann, refused: ["request_id", "review_id", "verdict", "reason"] },
  feedbackReferral: { by: paul, set: { text: "x".repeat(2001) }, refused: [...call, "outcome", "text"] },
  flagCase: { by: ann, refused: [...call, "life_at_risk", "reason"] },
  getImpact: { by: ann, set: badCause, refused: entry },
  hasSeen: { by: "service/hashlists", set: { sha256: new Uint8Array(3) }, refused: ["person", "sha256"] },
  holdCase: {
    by: paul,
    set: { expireTime, lookEvery: { seconds: 1n, nanos: 0 } },
    refused: [...call, "reason", "look_every", "expire_time"],
  },
  liftBreaker: { by: ann, refused: ["request_id", "breaker_id", "reason"] },
  liftStay: { by: ann, refused: [...call, "reason"] },
  liftLegalHold: { by: ann, refused: [...call, "reason"] },
  setLegalHold: { by: ann, refused: [...call, "reason"] },
  listBreakers: { by: ann, set: badPage, refused: page },
  listHolds: { by: paul, set: badPage, refused: page },
  listImpact: { by: ann, set: { ...badCause, ...badPage }, refused: [...entry, ...page] },
  listMarks: { by: paul, set: badPage, refused: page },
  listPolicyDifferences: { by: ann, set: badPage, refused: page },
  listQueue: { by: ann, set: { lane: "LANE_X", ...badPage }, refused: ["lane", ...page] },
  listReferrals: { by: paul, set: badPage, refused: page },
  listReviews: { by: ann, set: badPage, refused: page },
  listWithdrawals: { by: ann, set: { ...badCause, ...badPage }, refused: [...entry, ...page] },
  reassignCase: { by: sue, refused: [...call, "assessor"] },
  referCase: { by: ann, refused: [...call, "reason"] },
  releaseClaim: { by: ann, refused: call },
  releaseHold: { by: paul, refused: [...call, "hold_id", "reason"] },
  removeMark: { by: paul, refused: ["request_id", "mark_id"] },
  renewHold: { by: paul, set: { expireTime }, refused: [...call, "hold_id", "reason", "expire_time"] },
  reopenCase: { by: ann, refused: [...call, "reason"] },
  reopenCases: { by: ann, set: badCause, refused: ["request_id", ...entry, "reason"] },
  searchCases: { by: ann, set: badPage, refused: ["by", ...page] },
  setMark: {
    by: paul,
    set: { expireTime, what: { $case: "hash", value: { algorithm: "UNRECOGNIZED", hex: "x" } } },
    refused: ["request_id", "hash.algorithm", "hash.hex", "reason", "expire_time"],
  },
  setStay: { by: ann, refused: [...call, "court", "reference", "reason"] },
  undoDecision: { by: ann, refused: call },
};

/** They read one field, or none. */
const ofOneField = new Set(
  "assessPolicy exportReferral getCase getCluster getComplaintVerdict getDossier getQueueStats getReferral getReview getViews listConflicts listExportKeys listSchemes".split(
    " ",
  ),
);

test.each([...made.keys()].filter((method) => !ofOneField.has(method)))(
  "all that is wrong with a request leaves in one answer: %s",
  async (method) => {
    const faulty = calls[method];
    const handler = made.get(method);
    if (faulty === undefined || handler === undefined) throw new Error(`say what is wrong with a call of ${method}`);
    expect(await refusedFields(method, handler(deps), definitions, faulty)).toEqual(faulty.refused);
  },
);
