import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { aroundOf } from "../dispatches/settle.ts";
import { looksAsked, noticesOffered, noticesUndeliverable } from "../metrics.ts";
import { offer } from "../notices/leaving.ts";
import { isInFlight, type Notice } from "../notices/notice.ts";
import { envelopeOf } from "../notices/payload.ts";
import { changeOf } from "../notices/publish.ts";
import { SWITCH } from "../store.ts";

/**
 * What may be handed to a stream of a notice: its envelope, once the notice is stamped as offered; undefined when it may
 * not leave. It is opened first: what cannot be opened becomes undeliverable and is never stamped.
 *
 * The notice was loaded first and all that could stop it is read after, then it is saved by the version that was loaded.
 * Whoever stops notices (a halt, a decision that fell, a target that went) writes its own document first and the notice
 * after it: either this sees that document, or its save finds the version moved and begins again.
 */
export async function offerStored(deps: Deps, loaded: Document<Notice>): Promise<SignedNotice | undefined> {
  let found: Document<Notice> | undefined = loaded;
  for (let attempt = 0; attempt < 10 && found !== undefined; attempt++) {
    const { state: before } = found;
    const [around, brake] = await Promise.all([aroundOf(deps, before), deps.switches.load(SWITCH)]);
    const { envelope, fault } = opened(deps, before);
    const now = deps.clock.now();
    const next = offer(before, { ...around, halted: brake?.state.halted ?? false, fault }, now);
    const changed = changeOf(before, next, now);
    if (changed === undefined || (await deps.notices.save(found, changed.state, changed.event)) !== undefined) {
      count(before, next);
      return isInFlight(next) ? envelope : undefined;
    }
    found = await deps.notices.load(found.id);
  }
  if (found === undefined) return undefined;
  throw new Problem("VERSION_CONFLICT");
}

/** A notice in its envelope, or why it cannot be put there: the key that sealed it is not there, say. */
export function opened(deps: Deps, notice: Notice): { envelope?: SignedNotice; fault: string | undefined } {
  try {
    return { envelope: envelopeOf(deps.sealer, notice), fault: undefined };
  } catch (error) {
    const problem = Problem.from(error);
    if (notice.undeliverable === undefined) {
      deps.log.error({ error: problem, noticeId: notice.noticeId }, "a notice cannot be sent; it is tried again");
    }
    return { fault: problem.reason };
  }
}

function count(before: Notice, next: Notice): void {
  if (before.offeredTime === undefined && next.offeredTime !== undefined) noticesOffered();
  if (before.askedLook === undefined && next.askedLook !== undefined) looksAsked();
  if (before.undeliverable === undefined && next.undeliverable !== undefined) {
    noticesUndeliverable(next.undeliverable.reason);
  }
}
