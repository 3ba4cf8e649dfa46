import type { Access } from "@ntd/rpc";

/** Who may call what. */
export const access: Access = {
  "/ntd.icse.v1.IcseLinkService/CheckFingerprints": ["service/casework"],
};
