import { listPage, recordReadings } from "@ntd/host";
import { type ListUnseenRequest, type ListUnseenResponse, type UnseenTarget } from "@ntd/proto/prober/v1/probe_service";
import { ProbeReason } from "@ntd/proto/prober/v1/target";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shownAddress, type ShownAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { toLook } from "../targets/publish.ts";
import { needsSecond, openPhase } from "../targets/published-facts.ts";
import { questionOf } from "./question.ts";
import type { Target } from "../targets/target-state.ts";

/**
 * Where no eye can tell and a person is asked: raised ones first, then the longest asked. Who is shown their addresses leaves
 * that behind.
 */
export function listUnseen(deps: Pick<Deps, "targets" | "readings" | "sealer" | "clock" | "log">) {
  return async (request: ListUnseenRequest, context: CallContext): Promise<ListUnseenResponse> => {
    const { kind: seer, person: reader } = callerOf(context);
    const { documents, nextPageToken } = await listPage(deps.targets, request, { orderBy: "question" }, questionOf);
    const targets = documents.map(({ state }) =>
      unseen(state, seer === "assessor" ? addressOf(deps, state) : { url: "" }),
    );
    const opened = targets
      .filter(({ url }) => url !== "")
      .map(({ targetId }) => ({ reader, kind: "address" as const, resource: `targets/${targetId}`, caseId: "" }));
    await recordReadings(deps, ...opened);
    return { targets, nextPageToken };
  };
}

function unseen(target: Target, address: ShownAddress): UnseenTarget {
  const { targetId, episode, silent, lastLook, question, views = {} } = target;
  const phase = openPhase(target.phase);
  const reason = silent?.reason ?? ("reason" in phase ? phase.reason : undefined);
  return {
    targetId,
    episode,
    reason: reason === undefined ? ProbeReason.UNSPECIFIED : ProbeReason[reason],
    // An outage of our own begins the silence anew, and does not make the target less long unseen.
    unseenSinceTime: phase.is === "UNSEEN" ? phase.since : silent?.since,
    lastLookTime: lastLook,
    timesAsked: question?.count ?? 0,
    looks: Object.entries(views).map(([eye, { said, time }]) => toLook({ eye, said, time })),
    ...address,
    needsSecond: needsSecond(target),
  };
}

// What cannot be opened is listed all the same.
function addressOf({ sealer, log }: Pick<Deps, "sealer" | "log">, { address }: Target): ShownAddress {
  try {
    return shownAddress(sealer, address);
  } catch (error) {
    log.warn({ error: Problem.from(error) }, "an address cannot be opened");
    return { url: "" };
  }
}
