import type { Access } from "@ntd/rpc";

/** Who may call what; everybody else is refused. */
export const access: Access = {
  "/ntd.prober.v1.ProbeService/GetTarget": ["operator", "assessor"],
  "/ntd.prober.v1.ProbeService/ListUnseen": ["operator", "assessor"],
  "/ntd.prober.v1.ProbeService/RecordSighting": ["assessor"],
  "/ntd.prober.v1.ProbeService/GetEvidence": ["operator", "assessor", "regulator", "police"],
  "/ntd.prober.v1.ProbeService/ListEvidenceKeys": ["operator", "assessor", "regulator", "police"],
  "/ntd.prober.v1.ProbeService/ListRequests": ["operator"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
