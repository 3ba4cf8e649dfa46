import type { UploadReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import { toComparison } from "../comparison/comparison-message.ts";
import type { Comparison } from "../comparison/comparison.ts";
import type { Deps } from "../deps.ts";
import { latelyIn } from "../releases/let-in.ts";
import { NAMED_FAULTS } from "../reading/release-reader.ts";
import { toLineProblem, toReleaseInfo } from "../releases/release-message.ts";
import { asUploaded, type LineFault, type Outcome, type ReleaseState } from "../releases/release.ts";
import { loadSet } from "../sets/load-set.ts";
import { firstFaults } from "./refused-rows.ts";
import { finishUpload } from "./upload-steps.ts";

/**
 * What an upload is answered, as it was when it had come whole, whatever became of it since.
 *
 * @param digest of a request that is repeated.
 * @throws Problem REQUEST_ID_REUSED for another file.
 */
export async function answerUpload(
  deps: Deps,
  uploaded: ReleaseState,
  digest?: string,
): Promise<UploadReleaseResponse> {
  const { stage } = uploaded;
  if (digest !== undefined && (!("digest" in stage) || stage.digest !== digest)) throw new Problem("REQUEST_ID_REUSED");
  return answerOf(deps, uploaded, await faultsOf(deps, uploaded));
}

/** What a dry run is answered: what it would have come to. */
export async function answerDryRun(
  deps: Deps,
  release: ReleaseState,
  part: string,
  outcome: Outcome,
  comparison: Comparison | undefined,
): Promise<UploadReleaseResponse> {
  const whole = finishUpload(release, part, outcome, deps.clock.now()) ?? release;
  const answer = await answerOf(deps, whole, await firstFaults(deps, part, NAMED_FAULTS));
  if (comparison === undefined) return answer;
  const { state: set } = await loadSet(deps, release.setId);
  return { ...answer, comparison: toComparison(comparison, latelyIn(set, deps.clock.now(), "")) };
}

async function answerOf(deps: Deps, uploaded: ReleaseState, faults: readonly LineFault[]) {
  const release = asUploaded(uploaded);
  const set = { ...(await loadSet(deps, release.setId)).state, activations: [] };
  return { release: toReleaseInfo(release, set), problems: faults.map(toLineProblem) };
}

async function faultsOf(deps: Deps, { stage }: ReleaseState): Promise<LineFault[]> {
  if (stage.name === "rejected") return stage.problems;
  return "refusedIn" in stage && stage.refusedIn !== undefined ? firstFaults(deps, stage.refusedIn, NAMED_FAULTS) : [];
}
