import { PERSONS, type Step } from "@ntd/facts";
import { changeOnce } from "@ntd/host";
import { AssignProviderRequest, type AssignProviderResponse } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, gather, Problem, shown } from "@ntd/service";
import { stands } from "../dispatches/case-view.ts";
import type { Deps } from "../deps.ts";
import { assign, assignByTwo, removalOf, type Dispatch } from "../dispatches/dispatch.ts";
import { finishDispatch } from "../dispatches/fan-out.ts";
import type { Provider } from "./stored-provider.ts";
import { routeOf } from "../provider-changes/provider-edit.ts";
import { targetKey } from "../dispatches/target-view.ts";

const STEPS: ReadonlyMap<string, Step> = new Map([
  ["ACTION_REMOVE", "assign_remove"],
  ["ACTION_DISABLE_ACCESS", "assign_disable_access"],
  ["ACTION_BLOCK_NETWORK", "assign_block_network"],
]);

/** A person names the provider of a dispatch, or a second one confirms it: its notice is made at once then. */
export function assignProvider(deps: Deps) {
  return async (request: AssignProviderRequest, context: CallContext): Promise<AssignProviderResponse> => {
    const { person } = callerOf(context);
    const { dispatchId, providerId, action, requestId } = request;
    const body = AssignProviderRequest.encode(request).finish();
    const call = { caller: person, method: "AssignProvider", requestId, body };
    const named = (await deps.providers.load(providerId))?.state;
    gather(
      { requestId: () => requireRequestId(requestId), step: () => validStep(action, named) },
      { provider: () => requireProvider(providerId, named) },
    );
    const noticeId = derivedId("notice", dispatchId, providerId);
    const { answer } = await changeOnce(deps.dispatches, dispatchId, call, async (dispatch) => {
      if (dispatch === undefined) throw new Problem("NOT_FOUND");
      const step = await check(deps, dispatch, request);
      const assignedTime = deps.clock.now();
      const asked = action === "ACTION_REMOVE" ? removalOf(dispatch) : action;
      const addressee = { providerId, noticeId, action: asked, assignedBy: person, assignedTime, created: false };
      const next = PERSONS[step] === 2 ? assignByTwo(dispatch, addressee) : assign(dispatch, addressee);
      if (next === undefined) throw new Problem("ALREADY_EXISTS", "This provider has its notice already.");
      const isMade = next.addressees.length > dispatch.addressees.length;
      return { state: next, answer: { noticeId: isMade ? noticeId : "" } };
    });
    await finishDispatch(deps, dispatchId);
    return { noticeId: answer.noticeId, waitsForSecondPerson: answer.noticeId === "" };
  };
}

function validStep(action: AssignProviderRequest["action"], provider: Provider | undefined): Step {
  const step = STEPS.get(action);
  if (step === undefined) {
    throw Problem.fields({ field: "action", description: "is none of REMOVE, DISABLE_ACCESS, BLOCK_NETWORK" });
  }
  if (provider !== undefined && routeOf(provider) === "ROUTE_HOTLINE" && action !== "ACTION_REMOVE") {
    throw Problem.fields({ field: "action", description: "is not REMOVE, and a hotline is asked for nothing else" });
  }
  return step;
}

function requireProvider(providerId: string, provider: Provider | undefined): void {
  if (provider === undefined) {
    const description = `${shown(providerId)} is no provider; see ListProviders, or make it by PutProvider`;
    throw Problem.fields({ field: "provider_id", description });
  }
  if (provider.retired === undefined) return;
  const description = `${shown(providerId)} is retired: nobody speaks for it; name another one`;
  throw Problem.fields({ field: "provider_id", description });
}

async function check(
  deps: Deps,
  dispatch: Dispatch,
  { dispatchId, providerId, action }: AssignProviderRequest,
): Promise<Step> {
  const found = (await deps.providers.load(providerId))?.state;
  const { step } = gather({ step: () => validStep(action, found), provider: () => requireProvider(providerId, found) });
  if (dispatch.embedded !== undefined && action !== "ACTION_REMOVE") {
    const description = "is not REMOVE, and of a page only what is embedded in it is to go, not the page";
    throw Problem.fields({ field: "action", description });
  }
  if (dispatch.erased) throw new Problem("WRONG_STATE", "Its address is erased: there is nothing to send.");
  const { caseId } = dispatch;
  const [target, aCase] = await Promise.all([deps.targets.load(targetKey(dispatch)), deps.cases.load(caseId)]);
  const gone = target?.state.goneTime !== undefined && target.state.told !== undefined;
  // What a person decided is sent whatever an eye says.
  if (gone && dispatch.automatic) throw new Problem("WRONG_STATE", "The target is gone: nothing to send.");
  if (!stands(aCase?.state, dispatchId)) throw new Problem("WRONG_STATE", "The decision stands no longer.");
  return step;
}
