import type { SignedNotice, WatchNoticesRequest, WatchNoticesResponse } from "@ntd/proto/takedown/v1/notice_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isInFlight, type Notice } from "../notices/notice.ts";
import { offerStored } from "./offer.ts";
import { envelopeOf } from "../notices/payload.ts";
import { SWITCH } from "../store.ts";

const DEFAULT_IN_FLIGHT = 32;
const MAX_IN_FLIGHT = 256;
/** The store is asked this often even when no event rings. */
const POLL_MS = 1000;

/** Revision of each notice that this stream carries and that is not acknowledged yet. */
type Sent = Map<string, number>;

/** Every open, un-acknowledged notice of the caller's providers from the store, then what comes, until it leaves. */
export function watchNotices(deps: Deps) {
  return (request: WatchNoticesRequest, context: CallContext): AsyncGenerator<WatchNoticesResponse> =>
    noticesFor(deps, callerOf(context).name, request, context.signal);
}

export async function* noticesFor(
  deps: Deps,
  identity: string,
  { maxInFlight }: WatchNoticesRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchNoticesResponse> {
  const limit = Math.min(maxInFlight === 0 ? DEFAULT_IN_FLIGHT : maxInFlight, MAX_IN_FLIGHT);
  const sent: Sent = new Map();
  using bell = deps.bells.open();
  let spoke = performance.now();
  while (!signal.aborted) {
    const providerIds = deps.directory.providersOf(identity);
    bell.listensTo = new Set(providerIds);
    for (const next of await due(deps, providerIds, limit, sent)) {
      const notice = await leaving(deps, next, sent);
      if (notice === undefined) continue;
      yield { event: { $case: "notice", value: notice } };
      spoke = performance.now();
    }
    if (performance.now() - spoke >= deps.config.heartbeatMs) {
      yield { event: { $case: "heartbeatTime", value: deps.clock.now() } };
      spoke = performance.now();
    }
    await bell.wait(Math.min(POLL_MS, deps.config.heartbeatMs), signal);
  }
}

// What was offered and is not acknowledged fills the window first; only the rest of it is offered anew.
async function due(deps: Deps, providerIds: string[], limit: number, sent: Sent): Promise<string[]> {
  const of = { in: providerIds };
  const inFlight = await deps.notices.find({ where: { inFlight: of }, orderBy: "issuedTime", limit });
  const open = new Set(inFlight.map((d) => d.id));
  for (const id of sent.keys()) if (!open.has(id)) sent.delete(id);
  const again = inFlight.filter((d) => sent.get(d.id) !== d.state.revision).map((d) => d.id);
  const room = limit - inFlight.length;
  if (room <= 0 || (await deps.switches.load(SWITCH))?.state.halted === true) return again;
  const fresh = await deps.notices.find({ where: { unoffered: of }, orderBy: "issuedTime", limit: room });
  return [...again, ...fresh.map((d) => d.id)];
}

async function leaving(deps: Deps, noticeId: string, sent: Sent): Promise<SignedNotice | undefined> {
  const notice = await offerStored(deps, noticeId);
  if (notice === undefined || !isInFlight(notice)) return undefined;
  sent.set(noticeId, notice.revision);
  return sendable(deps, notice);
}

// One notice that cannot be opened (its month's key was retired) must not end the stream of the others.
function sendable(deps: Deps, notice: Notice): SignedNotice | undefined {
  try {
    return envelopeOf(deps.sealer, notice);
  } catch (error) {
    deps.log.error({ error: Problem.from(error), noticeId: notice.noticeId }, "a notice cannot be sent");
    return undefined;
  }
}
