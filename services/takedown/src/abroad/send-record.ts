import { isBaseline } from "@ntd/facts";
import { Action, NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { failpoint, Problem } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { noticesAcknowledged, recordsRefused, recordsSent } from "../metrics.ts";
import type { Notice } from "../notices/notice.ts";
import { changeOf } from "../notices/publish.ts";
import { offerStored } from "../stream/offer.ts";
import { recordOf } from "./record.ts";
import { claimed, laneOf, recorded, refused, released, unsent, waiting } from "./sending.ts";

/** A hotline understands what a record says, whatever that is. */
const ALL: ReadonlySet<Action> = new Set(Object.values(Action));

/**
 * Sends the newest revision of a notice to its hotline: claimed first, then stamped as offered by the same rules as for a
 * stream, then sent, then noted as taken. A crash anywhere sends it again, and it is one record there.
 *
 * @throws Problem when the link is not there, or does not let us in.
 */
export async function sendRecord(deps: Deps, found: Document<Notice>): Promise<void> {
  if (laneOf(found.state) === "fresh" && deps.directory.isRetired(found.state.providerId)) {
    return void (await noted(deps, found.id, waiting));
  }
  const next = claimed(found.state, deps.clock.now());
  const mine = next === found.state ? undefined : await deps.notices.save(found, next);
  if (mine === undefined) return;
  const signed = await offerStored(deps, mine, ALL);
  if (signed === undefined) return void (await noted(deps, mine.id, released));
  failpoint("takedown.record.stamped");
  try {
    await deps.hotlines?.sendRecord({ record: await recordFor(deps, mine.state, signed) });
  } catch (error) {
    await noteFailure(deps, mine.id, Problem.from(error));
    return;
  }
  const taken = await noted(deps, mine.id, (notice, now) => recorded(notice, signed.revision, now));
  recordsSent();
  if (mine.state.acknowledgedTime === undefined && taken?.state.acknowledgedTime !== undefined) noticesAcknowledged();
}

async function recordFor(deps: Deps, notice: Notice, { payload }: SignedNotice) {
  const said = NoticePayload.decode(payload);
  const dispatch = await deps.dispatches.load(notice.dispatchId);
  const { decidedTime } = dispatch?.state ?? {};
  return recordOf(said, { notice, decidedTime, isBaseline: isBaseline(deps.countries(), said.classifications) });
}

async function noteFailure(deps: Deps, id: string, problem: Problem): Promise<void> {
  if (isOfLink(problem)) {
    await noted(deps, id, unsent);
    throw problem;
  }
  await noted(deps, id, refused);
  recordsRefused(problem.reason);
  deps.log.error({ error: problem, noticeId: id }, "the link takes no record of a notice; it is tried again");
}

// Whatever is sent next would come to the same.
function isOfLink({ handling, code }: Problem): boolean {
  return handling === "retry" || code === "PERMISSION_DENIED" || code === "UNAUTHENTICATED";
}

function noted(
  { notices, clock }: Deps,
  id: string,
  next: (notice: Notice, now: Date) => Notice,
): Promise<Document<Notice> | undefined> {
  return change(notices, id, (notice) => {
    const now = clock.now();
    return notice && changeOf(notice, next(notice, now), now);
  });
}
