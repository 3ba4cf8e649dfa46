import type { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { withTrace } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { noticesKept } from "../metrics.ts";
import { acknowledgeAndGoOn } from "./go-on.ts";
import { receive, type Receipt, type Revision } from "./notice.ts";
import { rejectNotice } from "./reject.ts";
import { verify, type Verdict } from "../verify/verify.ts";

/** Verifies a notice, writes it to disk, then acknowledges it. What is refused is named to the platform. */
export async function receiveNotice(deps: Deps, signed: SignedNotice, signal: AbortSignal): Promise<void> {
  const verdict = await verdictOn(deps, signed);
  if (verdict.is === "refused") return rejectNotice(deps, signed, verdict.reason, signal);
  const { traceparent } = signed;
  const receipt = await withTrace({ traceparent }, "receive notice", () => keep(deps, signed, verdict.payload));
  if (receipt?.is === "refused") await rejectNotice(deps, signed, receipt.reason, signal);
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

async function keep(deps: Deps, signed: SignedNotice, payload: NoticePayload): Promise<Receipt | undefined> {
  const { noticeId } = signed;
  const now = deps.clock.now();
  const revision = revisionOf(signed, payload, now);
  const decided: { receipt?: Receipt } = {};
  const kept = await change(deps.notices, noticeId, (known) => {
    const receipt = (decided.receipt = receive(known, noticeId, revision, now));
    return receipt.is === "taken" ? { state: receipt.notice } : undefined;
  });
  const { receipt } = decided;
  if (receipt?.is === "taken") noticesKept();
  if (receipt?.is !== "refused" && kept !== undefined) await acknowledgeAndGoOn(deps, kept, signed.revision);
  return receipt;
}

function revisionOf(
  { revision, payload, signature, traceparent }: SignedNotice,
  read: NoticePayload,
  now: Date,
): Revision {
  const from = read.clockStartsOn === "ISSUE" ? (read.issuedTime ?? now) : now;
  const kept = { revision, payload, signature, traceparent, receivedTime: now, action: read.requestedAction };
  if (read.complyWithin === undefined) return kept;
  return { ...kept, deadline: new Date(from.getTime() + Number(read.complyWithin.seconds) * 1000) };
}
