import type { GetUploadRequest, GetUploadResponse } from "@ntd/proto/hashlists/v1/upload_service";
import { callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { toReleaseInfo } from "../releases/release-message.ts";
import { isVisible } from "../releases/release.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { keptTogether } from "./staged-bytes.ts";

const NOTHING: GetUploadResponse = { state: "UPLOAD_STATE_NONE", keptBytes: 0n, keptSha256: new Uint8Array() };

/** What is kept of an upload of the caller's own. */
export function getUpload(deps: Pick<Deps, "sets" | "releases" | "staged">) {
  const kept = keptTogether(deps);
  return async (request: GetUploadRequest, context: CallContext): Promise<GetUploadResponse> => {
    const { id: callerId } = callerOf(context);
    const asked = scopedRequestId(callerId, "UploadRelease", requireRequestId(request.uploadRequestId));
    const { state: set } = await loadSetFor(deps, request.setId, context, "upload");
    const release = (await deps.releases.load(derivedId("release", asked)))?.state;
    if (release?.setId !== set.setId) return NOTHING;
    if (isVisible(release)) {
      return { ...NOTHING, state: "UPLOAD_STATE_ENDED", release: toReleaseInfo(release, set) };
    }
    const { bytes, digest } = await kept(release.staged ?? []);
    if (bytes === 0) return NOTHING;
    return { state: "UPLOAD_STATE_KEPT", keptBytes: BigInt(bytes), keptSha256: digest };
  };
}
