import type { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { shown, withTrace } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { noticesKept, noticesRejected } from "../metrics.ts";
import { receive, type Receipt, type Revision } from "./notice.ts";
import { acknowledge } from "./tell.ts";
import { verify, type Verdict } from "../verify/verify.ts";

/** Verifies a notice, writes it to disk, then acknowledges it. What cannot be verified is named and left alone. */
export async function receiveNotice(deps: Deps, signed: SignedNotice): Promise<void> {
  const verdict = await verdictOn(deps, signed);
  if (verdict.is === "refused") return reject(deps, signed, verdict.reason);
  const { traceparent } = signed;
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
  const decided: { receipt?: Receipt } = {};
  await change(deps.notices, noticeId, (known) => {
    const receipt = (decided.receipt = receive(known, noticeId, revision, now));
    return receipt.is === "taken" ? { state: receipt.notice } : undefined;
  });
  if (decided.receipt?.is === "refused") return reject(deps, signed, decided.receipt.reason);
  if (decided.receipt?.is === "taken") noticesKept();
  await acknowledge(deps, noticeId, signed.revision);
}

// Its id is whatever the sender wrote.
function reject({ log }: Deps, { noticeId, revision }: SignedNotice, reason: string): void {
  noticesRejected(reason);
  log.error({ noticeId: shown(noticeId), revision, reason }, "a notice is not taken");
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
