import { changeOnce } from "@ntd/host";
import { ApproveReleaseRequest, type ApproveReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { failpoint, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { counted } from "./counted.ts";
import { loadRelease } from "./load-release.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { requireMember } from "../members/members.ts";
import { requireOther, requireOtherOrganisation } from "../members/national.ts";
import { comparedBehind } from "../comparison/compare.ts";
import { isOvertaken, overtaken } from "./overtaken.ts";
import { approve } from "./approval.ts";
import { isOpen, refusedIn, type ReleaseState } from "./release.ts";
import { answeredAgain, toReleaseInfo } from "./release-message.ts";
import { takeBack } from "./tombstones.ts";

/**
 * By another person than the uploader: a machine's certificate is told by its person, too. What would change much takes
 * two.
 */
export function approveRelease(deps: Deps, waitMs?: number) {
  return async (request: ApproveReleaseRequest, context: CallContext): Promise<ApproveReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const body = ApproveReleaseRequest.encode({ ...request, requestId: "" }).finish();
    const { state: found } = await loadRelease(deps, request.releaseId);
    const { state: known } = await loadSetFor(deps, found.setId, context, "approve");
    const now = deps.clock.now();
    const call = { caller: callerId, method: "ApproveRelease", requestId: request.requestId, body };
    const numberOf = (said: bigint | undefined) => (said === undefined ? undefined : Number(said));
    const confirmRemoved = numberOf(request.confirmRemoved);
    const confirmTakenBack = numberOf(request.confirmTakenBack);
    const confirmRefused = numberOf(request.confirmRefused);
    const confirmed = { confirmRemoved, confirmTakenBack, confirmRefused };
    if (isOpen(found) && isOvertaken(found, known, "approval")) throw overtaken(found, known);
    // Before the write: of large lists it takes a while.
    const beside = isOpen(found) ? await comparedBehind(deps, found, known, waitMs) : undefined;
    const { comparison, set = known } = beside ?? {};
    if (isOpen(found) && isOvertaken(found, set, "approval")) throw overtaken(found, set);
    requireMember(set, person, "approve");
    const { answer } = await changeOnce(deps.releases, request.releaseId, call, (release = found) => {
      const words = { first: release.uploadedBy, second: person };
      if (set.terms?.approverOfOtherOrganisation === true) requireOther(set, words);
      requireOtherOrganisation(set, { nationalSet: deps.nationalSet, ...words });
      const approved = comparison
        ? approve(release, { by: person, now, comparison, counter: set.counter, ...confirmed })
        : "WRONG_STATE";
      if (approved === "SAME_PERSON") throw new Problem("SAME_PERSON");
      if (approved === "WRONG_STATE") {
        throw new Problem("WRONG_STATE", `A release that is ${release.stage.name} cannot be approved.`);
      }
      if (approved === "UNCONFIRMED") {
        throw unconfirmed("confirm_removed", `removes ${counted(comparison?.removed ?? 0, "entries")}`, confirmRemoved);
      }
      if (approved === "UNCONFIRMED_TAKEN_BACK") {
        const does = `takes ${counted(comparison?.takenBack ?? 0, "entries")} back for good`;
        throw unconfirmed("confirm_taken_back", does, confirmTakenBack);
      }
      if (approved === "UNCONFIRMED_REFUSED") throw unconfirmedRefused(release, confirmRefused);
      return { state: approved, answer: toReleaseInfo(approved, set) };
    });
    failpoint("hashlists.approved");
    await takeBack(deps, (await loadRelease(deps, request.releaseId)).state);
    return { release: answeredAgain(answer) };
  };
}

function unconfirmedRefused({ stage }: ReleaseState, said: number | undefined): Problem {
  const given = said === undefined ? "is missing" : `is ${said}`;
  const refused = refusedIn("report" in stage ? stage.report : undefined);
  const they = refused === 1 ? "was refused and is" : "were refused and are";
  const rows = `${counted(refused, "rows of the file")} ${they} not listed`;
  const description = `${given}; ${rows}: look at ${refused === 1 ? "it" : "them"}, and send that`;
  return Problem.fields({ field: "confirm_refused", description });
}

function unconfirmed(field: string, does: string, said: number | undefined): Problem {
  const given = said === undefined ? "is missing" : `is ${said}`;
  const description = `${given}; this release is in quarantine and ${does}: look at the comparison, and send that`;
  return Problem.fields({ field, description });
}
