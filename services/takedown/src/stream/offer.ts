import type { Action } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import type { Change, Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { isHalted } from "../brake/is-halted.ts";
import { aroundOf } from "../dispatches/settle.ts";
import { looksAsked, noticesOffered, noticesUndeliverable, suspensionTold } from "../metrics.ts";
import { offer, settle } from "../notices/leaving.ts";
import { isInFlight, isUrgent, type Notice } from "../notices/notice.ts";
import { countChange } from "../notices/count-change.ts";
import { envelopeOf, revisedOf } from "../notices/payload.ts";
import { changeOf } from "../notices/publish.ts";
import { isProtecting, needsRevision, newestAction, wantedAction, type Prepared } from "../notices/revision.ts";
import { openSuspension } from "../notices/suspension.ts";

/**
 * What may be handed to a stream of a notice: its envelope, once the notice is stamped as offered; undefined when it may
 * not leave. It is opened first: what cannot be opened becomes undeliverable and is never stamped.
 *
 * The notice was loaded first and all that could stop it is read after, then it is saved by the version that was loaded.
 * Whoever stops notices (a halt, a decision that fell, a target that went) writes its own document first and the notice
 * after it: either this sees that document, or its save finds the version moved and begins again.
 */
export async function offerStored(
  deps: Deps,
  loaded: Document<Notice>,
  understands: ReadonlySet<Action>,
): Promise<SignedNotice | undefined> {
  let found: Document<Notice> | undefined = loaded;
  for (let attempt = 0; attempt < 10 && found !== undefined; attempt++) {
    const { state: before } = found;
    const [around, halted] = await Promise.all([aroundOf(deps, before), isHalted(deps)]);
    const now = deps.clock.now();
    const { envelope, prepared, fault } = await opened(deps, settle(before, around, now), understands);
    const next = offer(before, { ...around, halted, fault, prepared }, now);
    const changed = changeOf(before, next, now);
    if (changed === undefined ? await isNewest(deps, found) : await isSaved(deps, found, changed)) {
      count(before, next, now);
      countChange(before, next);
      return envelope?.revision === next.revision && isTold(next, understands) ? envelope : undefined;
    }
    found = await deps.notices.load(found.id);
  }
  if (found === undefined) return undefined;
  throw new Problem("VERSION_CONFLICT");
}

// What was stamped before is not written again, and may have been taken, or told otherwise, since it was read.
async function isNewest({ notices }: Deps, { id, version }: Document<Notice>): Promise<boolean> {
  return (await notices.load(id))?.version === version;
}

async function isSaved(
  { notices }: Deps,
  loaded: Document<Notice>,
  { state, event }: Change<Notice>,
): Promise<boolean> {
  return (await notices.save(loaded, state, event)) !== undefined;
}

// To be sent in its newest revision, to a client that can carry that out. It says itself what it asks for that is unknown.
function isTold(notice: Notice, understands: ReadonlySet<Action>): boolean {
  return isInFlight(notice) || (isUrgent(notice) && !needsRevision(notice) && understands.has(newestAction(notice)));
}

/** What is to be told of a notice in its envelope, newly signed where it is new. */
interface Opened {
  envelope?: SignedNotice;
  prepared?: Prepared;
  /** Why it cannot be put there: the key that sealed it is not there, say. */
  fault: string | undefined;
}

/** Signed before it is saved: bytes that no save took were never sent, and are forgotten. */
export async function opened(deps: Deps, notice: Notice, understands?: ReadonlySet<Action>): Promise<Opened> {
  try {
    if (!needsRevision(notice)) return { envelope: envelopeOf(deps.sealer, notice), fault: undefined };
    if (understands !== undefined && isProtecting(wantedAction(notice)) && !understands.has(wantedAction(notice))) {
      return { fault: undefined };
    }
    const prepared = await revisedOf(deps, notice, deps.clock.now());
    const { revision, signed } = prepared;
    return { envelope: envelopeOf(deps.sealer, { ...notice, revision, signed }), prepared, fault: undefined };
  } catch (error) {
    const problem = Problem.from(error);
    if (notice.undeliverable === undefined) {
      deps.log.error({ error: problem, noticeId: notice.noticeId }, "a notice cannot be sent; it is tried again");
    }
    return { fault: problem.reason };
  }
}

function count(before: Notice, next: Notice, now: Date): void {
  const told = openSuspension(next);
  if (before.revision < next.revision && told !== undefined) suspensionTold(now.getTime() - told.doubtSince.getTime());
  if (before.offeredTime === undefined && next.offeredTime !== undefined) noticesOffered();
  if (before.askedLook === undefined && next.askedLook !== undefined) looksAsked();
  if (before.undeliverable === undefined && next.undeliverable !== undefined) {
    noticesUndeliverable(next.undeliverable.reason);
  }
}
