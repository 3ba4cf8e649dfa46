import type { Document } from "@ntd/store";
import { changeFound } from "../change-found.ts";
import type { Deps } from "../deps.ts";
import { created, type Addressee, type Dispatch } from "./dispatch.ts";
import { noticesIssued } from "../metrics.ts";
import { withTarget } from "../notices/leaving.ts";
import type { Notice } from "../notices/notice.ts";
import { signedOf } from "../notices/payload.ts";
import { changeOf, environmentOf } from "../notices/publish.ts";
import { settleNotice, settleRestoring, settleWaiting } from "./settle.ts";
import { targetKey } from "./target-view.ts";

export async function finishDispatch(deps: Deps, dispatchId: string): Promise<void> {
  const found = await deps.dispatches.load(dispatchId);
  if (found !== undefined) await finish(deps, found);
}

/** Makes every notice that a dispatch lists and notes it; may be begun again at any point. */
export async function finish(deps: Deps, found: Document<Dispatch>): Promise<void> {
  const missing = found.state.addressees.filter((a) => !a.created);
  for (const addressee of missing) await createNotice(deps, found.state, addressee);
  const made = new Set(missing.map((a) => a.noticeId));
  const finished = await changeFound(deps.dispatches, found, (dispatch) => {
    const next = created(dispatch, made);
    return next === dispatch ? undefined : { state: next };
  });
  await settleWaiting(deps, finished);
}

// The notice is written first and what was seen is read after it: whatever comes between finds the notice.
async function createNotice(deps: Deps, dispatch: Dispatch, addressee: Addressee): Promise<void> {
  const notice = await issued(deps, dispatch, addressee);
  const made = changeOf(undefined, notice, notice.issuedTime);
  const inserted = await deps.notices.insert(notice.noticeId, notice, made?.event);
  if (inserted !== undefined) noticesIssued();
  deps.bells.ring(addressee.providerId);
  const stored = inserted ?? (await deps.notices.load(notice.noticeId));
  if (stored !== undefined) await settleRestoring(deps, await settleNotice(deps, stored));
}

async function issued(deps: Deps, dispatch: Dispatch, addressee: Addressee): Promise<Notice> {
  const now = deps.clock.now();
  const target = await deps.targets.load(targetKey(dispatch));
  const observedTime = target?.state.lastSeenTime;
  const { targetId, episode, address, countryAbroad: country } = dispatch;
  const countries = await deps.directory.hotline(addressee.providerId);
  // Hotlines have no word for it.
  const preserveMs = countries === undefined ? deps.config.preserveMs : 0;
  const notice: Notice = {
    schemaVersion: 1,
    noticeId: addressee.noticeId,
    dispatchId: dispatch.dispatchId,
    caseId: dispatch.caseId,
    decisionId: addressee.decisionId ?? dispatch.decisionId,
    providerId: addressee.providerId,
    environment: environmentOf(deps.config.environment),
    kind: "NOTICE_KIND_NOTICE",
    action: addressee.action,
    revision: 1,
    ...(dispatch.automatic && { automatic: true as const }),
    targets: [{ targetId, episode, address, answers: [], goneBeforeOffer: false, version: 0 }],
    complyWithinMs: deps.config.complyWithinMs,
    ...(preserveMs > 0 && { preserveForMs: preserveMs }),
    issuedTime: now,
    acknowledgements: [],
    ledBack: false,
    ...(countries && hotlineOf(countries, country)),
    signed: await signedOf(deps, dispatch, addressee, { now, observedTime, preserveMs }),
    requests: [],
  };
  return withTarget(notice, target?.state);
}

// A hotline may be found by a domain, or named by a person: it is in one of its countries all the same.
function hotlineOf(countries: readonly string[], hostedIn = ""): Pick<Notice, "route" | "country"> {
  const country = countries.includes(hostedIn) ? hostedIn : (countries[0] ?? hostedIn);
  return { route: "ROUTE_HOTLINE", ...(country && { country }) };
}
