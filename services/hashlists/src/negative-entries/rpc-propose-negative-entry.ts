import {
  ProposeNegativeEntryRequest,
  type ProposeNegativeEntryResponse,
} from "@ntd/proto/hashlists/v1/negative_entry_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { countRelease } from "../metrics.ts";
import type { ReleaseState } from "../releases/release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { answerUpload } from "../uploads/upload-answer.ts";
import { beginAttempt } from "../uploads/upload-attempt.ts";
import { baseOf } from "../uploads/upload-base.ts";
import { writeRows } from "../uploads/write-rows.ts";
import { fileOfEntry, requireNegativeEntry } from "./negative-entry.ts";

/** What one person calls innocent is a release that waits for another one; killed anywhere, it is made by the repeat. */
export function proposeNegativeEntry(deps: Deps) {
  return async (request: ProposeNegativeEntryRequest, context: CallContext): Promise<ProposeNegativeEntryResponse> => {
    const { person, id: callerId } = callerOf(context);
    const { setId, fingerprints, note, perceptual } = request;
    const requestId = scopedRequestId(callerId, "ProposeNegativeEntry", requireRequestId(request.requestId));
    const { state: set } = await loadSetFor(deps, setId, context, "upload");
    requireNegative(set);
    requireNegativeEntry(request);
    const releaseId = derivedId("release", requestId);
    const digest = bodyDigest(ProposeNegativeEntryRequest.encode({ ...request, requestId: "" }).finish());
    const begun = await beginAttempt(deps, { releaseId, setId, uploadedBy: person }, 0);
    const kind = set.active === undefined ? "UPLOAD_KIND_FULL" : "UPLOAD_KIND_DELTA";
    const base = await baseOf(deps, { kind }, set);
    const read = { negativeEntry: { note: note.trim(), perceptual } };
    const rows = { file: fileOfEntry(fingerprints, releaseId), base, digest, read };
    const release = await writeRows(deps, set, begun, rows, { signal: context.signal, settle: requireNew });
    const answer = await answerUpload(deps, release, digest);
    if (begun.part !== undefined) {
      countRelease("validated");
      deps.kickCleaner();
    }
    return { release: answer.release };
  };
}

function requireNegative({ setId, policy }: HashSetState): void {
  if (policy.role === "SET_ROLE_NEGATIVE") return;
  throw new Problem("WRONG_STATE", `The set ${setId} is none of innocent objects; name a negative one.`);
}

function requireNew(done: ReleaseState): ReleaseState {
  const { stage, comparison } = done;
  const [problem] = stage.name === "rejected" ? stage.problems : [];
  if (stage.name !== "validated" || (stage.problemCount ?? 0) > 0) {
    const why = problem
      ? `${problem.field} ${problem.problem}`
      : "one of them cannot be listed; propose each by itself";
    throw Problem.fields({ field: "fingerprints", description: why });
  }
  const added = comparison?.added ?? 0;
  if (added > 0 && added === stage.report?.rows) return done;
  const description = "names what is listed already; leave that out";
  throw Problem.fields({ field: "fingerprints", description });
}
