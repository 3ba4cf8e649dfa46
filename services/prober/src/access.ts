import type { Access } from "@ntd/rpc";

/** Who may call what; everybody else is refused. */
export const access: Access = {
  "/ntd.prober.v1.ProbeService/GetTarget": ["operator", "assessor"],
  "/ntd.prober.v1.ProbeService/ListUnseen": ["operator", "assessor"],
  "/ntd.prober.v1.ProbeService/RecordSighting": ["assessor"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
