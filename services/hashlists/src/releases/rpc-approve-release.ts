import { changeOnce } from "@ntd/host";
import { ApproveReleaseRequest, type ApproveReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { failpoint } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { loadRelease } from "./load-release.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { requireMember } from "../members/members.ts";
import { requireOther, requireOtherOrganisation } from "../members/national.ts";
import { comparedBehind } from "../comparison/compare.ts";
import { isOvertaken, overtaken } from "./overtaken.ts";
import { approvalProblem } from "./approval-problem.ts";
import { approve, latelyBeside, letInBy, type ApprovalGiven } from "./approval.ts";
import { withLetIn, withoutLetIn, type Lately } from "./let-in.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { isOpen, type ReleaseState } from "./release.ts";
import { answeredAgain, toReleaseInfo } from "./release-message.ts";
import { takeBack } from "./tombstones.ts";
import { requireWhole } from "./whole.ts";

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
    const confirmed = {
      confirmRemoved: numberOf(request.confirmRemoved),
      confirmTakenBack: numberOf(request.confirmTakenBack),
      confirmRefused: numberOf(request.confirmRefused),
      confirmClassColumns: request.confirmClassColumns,
    };
    if (isOpen(found) && isOvertaken(found, known, "approval")) throw overtaken(found, known);
    if (isOpen(found)) await requireWhole(deps, found);
    // Before the write: of large lists it takes a while.
    const beside = isOpen(found) ? await comparedBehind(deps, found, known, waitMs) : undefined;
    const { comparison, set = known } = beside ?? {};
    if (isOpen(found) && isOvertaken(found, set, "approval")) throw overtaken(found, set);
    requireMember(set, person, "approve");
    const given = comparison && { by: person, now, comparison, counter: set.counter, ...confirmed };
    // Before anything is noted of it: what is refused counts beside no other release.
    if (given !== undefined) requireOthersWord(deps, set, found, person);
    const lately = given && (await noteTakenBack(deps, found, set, given));
    const { document, answer } = await changeOnce(deps.releases, request.releaseId, call, (release = found) => {
      requireOthersWord(deps, set, release, person);
      if (given === undefined) throw approvalProblem("WRONG_STATE", release, confirmed);
      const approved = approve(release, { ...given, lately });
      if (typeof approved === "string") throw approvalProblem(approved, release, { ...confirmed, comparison, lately });
      return { state: approved, answer: toReleaseInfo(approved, set) };
    });
    failpoint("hashlists.approved");
    if (!isByOne(document.state)) await forgetTakenBack(deps, document.state);
    await takeBack(deps, document.state);
    return { release: answeredAgain(answer) };
  };
}

function requireOthersWord(
  { nationalSet }: Pick<Deps, "nationalSet">,
  set: HashSetState,
  { uploadedBy: first }: ReleaseState,
  second: string,
): void {
  if (set.terms?.approverOfOtherOrganisation === true) requireOther(set, { first, second });
  requireOtherOrganisation(set, { nationalSet, first, second });
}

// Before the release is approved, which takes its lines back: of several at once each counts beside the others.
async function noteTakenBack(
  deps: Pick<Deps, "sets">,
  release: ReleaseState,
  set: HashSetState,
  given: ApprovalGiven,
): Promise<Lately | undefined> {
  const { comparison, now } = given;
  const lately = latelyBeside(release, set, now);
  const alone = approve(release, { ...given, lately });
  const one = letInBy(release, comparison, now);
  if (typeof alone === "string" || !isByOne(alone) || one === undefined || one.takenBack === 0) return lately;
  // What else it changes comes into force later.
  const note = { ...one, added: 0, removed: 0, reclassed: 0, revoted: 0 };
  const noted = await change(deps.sets, set.setId, (before) => before && { state: withLetIn(before, note, now) });
  return latelyBeside(release, noted?.state ?? set, now);
}

async function forgetTakenBack({ sets }: Pick<Deps, "sets">, { setId, releaseId }: ReleaseState): Promise<void> {
  await change(sets, setId, (set) => {
    const state = set && withoutLetIn(set, releaseId);
    return state && { state };
  });
}

function isByOne({ stage }: ReleaseState): boolean {
  return stage.name === "approved" && stage.first === undefined;
}
