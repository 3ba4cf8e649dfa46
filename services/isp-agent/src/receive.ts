import type { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { withTrace } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "./deps.ts";
import { receive, type Revision } from "./notice.ts";
import { acknowledge } from "./tell.ts";
import { verify, type Verdict } from "./verify.ts";

/** Verifies a notice, writes it to disk, then acknowledges it. What cannot be verified is named and left alone. */
export async function receiveNotice(deps: Deps, signed: SignedNotice): Promise<void> {
  const { noticeId, revision, traceparent } = signed;
  const verdict = await verdictOn(deps, signed);
  if (verdict.is === "refused") {
    return deps.log.error({ noticeId, revision, reason: verdict.reason }, "a notice is not taken");
  }
  await withTrace({ traceparent }, "receive notice", () => keep(deps, signed, verdict.payload));
}

// A key that is not known yet may be a new one.
async function verdictOn(deps: Deps, signed: SignedNotice): Promise<Verdict> {
  const { providerId, environment } = deps.config;
  const expected = () => ({ keys: deps.keys.set, now: deps.clock.now(), providerId, environment });
  const verdict = await verify(signed, expected());
  if (verdict.is !== "refused" || verdict.reason !== "unknown_key") return verdict;
  await deps.keys.refresh();
  return verify(signed, expected());
}

async function keep(deps: Deps, signed: SignedNotice, payload: NoticePayload): Promise<void> {
  const { noticeId } = signed;
  const now = deps.clock.now();
  const revision = revisionOf(signed, payload, now);
  let reused = false;
  const kept = await change(deps.notices, noticeId, (known) => {
    const receipt = receive(known, noticeId, revision, now);
    reused = "refused" in receipt;
    return "refused" in receipt || receipt.notice === known ? undefined : { state: receipt.notice };
  });
  if (reused || kept === undefined) {
    return deps.log.error(
      { noticeId, revision: revision.revision, reason: "revision_reused" },
      "a notice is not taken",
    );
  }
  await acknowledge(deps, kept.state, revision.revision);
}

function revisionOf(
  { revision, payload, signature, traceparent }: SignedNotice,
  read: NoticePayload,
  now: Date,
): Revision {
  const from = read.clockStartsOn === "ISSUE" ? (read.issuedTime ?? now) : now;
  const kept = { revision, payload, signature, traceparent, receivedTime: now };
  if (read.complyWithin === undefined) return kept;
  return { ...kept, deadline: new Date(from.getTime() + Number(read.complyWithin.seconds) * 1000) };
}
