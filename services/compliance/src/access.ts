import type { Access } from "@ntd/rpc";

/** Who may call what. */
export const access: Access = {
  "/ntd.compliance.v1.ComplianceService/GetScorecard": ["regulator", "operator"],
  "/ntd.compliance.v1.ComplianceService/ListNoticeTimes": ["regulator", "operator"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
