import type { Access } from "@ntd/rpc";

/**
 * Who may call what. There is no public "is this hash known": not for operators either, and for platforms of the industry
 * within a quota and what sets agreed to.
 */
export const access: Access = {
  "/ntd.matching.v1.MatchService/Lookup": ["service/casework"],
  "/ntd.matching.v1.ResemblanceService/FindSimilar": ["service/casework"],
  "/ntd.matching.v1.ListImpactService/AssessAdded": ["service/hashlists"],
  "/ntd.matching.v1.CheckService/CheckHashes": ["industry"],
  "/ntd.matching.v1.CheckUseService/ListCheckUses": ["operator"],
  "/ntd.matching.v1.CheckUseService/ListCheckHolds": ["operator"],
  "/ntd.matching.v1.CheckUseService/LetChecksGoOn": ["operator"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
