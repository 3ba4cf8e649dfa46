import type { Access } from "@ntd/rpc";

/** Who may call what. */
export const access: Access = {
  "/ntd.fingerprint.v1.FingerprintService/ComputeFingerprints": ["service/prober"],
  "/ntd.fingerprint.v1.FilmService/ComputeFilm": ["service/prober"],
};
