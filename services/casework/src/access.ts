import type { Access } from "@ntd/rpc";

/** Who may call what. */
export const access: Access = {
  "/ntd.casework.v1.CaseService/ListQueue": ["assessor", "police", "operator"],
  "/ntd.casework.v1.CaseService/GetCase": ["assessor", "police", "operator"],
  "/ntd.casework.v1.CaseService/ClaimCase": ["assessor"],
  "/ntd.casework.v1.CaseService/ReleaseClaim": ["assessor"],
  "/ntd.casework.v1.CaseService/DecideCase": ["assessor"],
  "/ntd.casework.v1.CaseService/UndoDecision": ["assessor"],
  "/ntd.casework.v1.CaseService/ReopenCase": ["assessor"],
  "/ntd.casework.v1.CaseService/ConfirmWithdrawal": ["assessor"],
  "/ntd.casework.v1.CaseService/CloseAbsentCases": ["assessor"],
  "/ntd.casework.v1.ReviewService/ListReviews": ["assessor", "operator"],
  "/ntd.casework.v1.ReviewService/GetReview": ["assessor", "operator"],
  "/ntd.casework.v1.ReviewService/ClaimReview": ["assessor"],
  "/ntd.casework.v1.ReviewService/DecideReview": ["assessor"],
  "/ntd.casework.v1.ReviewService/GetComplaintVerdict": ["service/intake"],
  "/ntd.casework.v1.StayService/SetStay": ["assessor"],
  "/ntd.casework.v1.StayService/LiftStay": ["assessor"],
  "/ntd.casework.v1.WithdrawalService/GetImpact": ["assessor", "operator", "maintainer"],
  "/ntd.casework.v1.WithdrawalService/ListImpact": ["assessor", "operator", "maintainer"],
  "/ntd.casework.v1.BreakerService/ListBreakers": ["assessor", "operator"],
  "/ntd.casework.v1.BreakerService/LiftBreaker": ["assessor", "operator"],
  "/ntd.casework.v1.WithdrawalService/ReopenCases": ["assessor"],
  "/ntd.casework.v1.WithdrawalService/ListWithdrawals": ["assessor"],
  "/ntd.casework.v1.WithdrawalService/ConfirmWithdrawals": ["assessor"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
