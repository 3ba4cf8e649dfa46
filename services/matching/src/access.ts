import type { Access } from "@ntd/rpc";

/** Who may call what. There is no public "is this hash known": not for operators either. */
export const access: Access = {
  "/ntd.matching.v1.MatchService/Lookup": ["service/casework"],
  "/ntd.matching.v1.ResemblanceService/FindSimilar": ["service/casework"],
  "/ntd.matching.v1.ListImpactService/AssessAdded": ["service/hashlists"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
