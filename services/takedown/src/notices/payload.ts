import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { durationOf, injectTrace, namedAddress, openAddress, Problem, type Sealer } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Addressee, Dispatch } from "../dispatches/dispatch.ts";
import { neighboursToTell } from "./neighbours.ts";
import type { Notice } from "./notice.ts";
import { revisionToTell, wantedAction, type Prepared, type Signed } from "./revision.ts";
import { environmentOf } from "./publish.ts";

/** The bytes that an ISP may show a court years later, so they name what they are. */
const TYPE = "ntd-notice+jws";

/** Signs a notice once; the payload holds the address, so it rests sealed. */
export async function signedOf(
  deps: Pick<Deps, "config" | "sealer" | "signer" | "schemes">,
  dispatch: Dispatch,
  addressee: Addressee,
  { now, observedTime, preserveMs }: { now: Date; observedTime: Date | undefined; preserveMs: number },
): Promise<Notice["signed"]> {
  const { config, sealer, signer, schemes } = deps;
  const { targetId, resolvedIp, fingerprints, foundIn, classifications } = dispatch;
  const url = namedAddress(openAddress(sealer, dispatch.address));
  const embedded = dispatch.embedded?.map((address) => namedAddress(openAddress(sealer, address)));
  const payload = NoticePayload.encode({
    noticeId: addressee.noticeId,
    revision: 1,
    kind: "NOTICE_KIND_NOTICE",
    environment: environmentOf(config.environment),
    issuer: config.issuer,
    issuedTime: now,
    addressee: `providers/${addressee.providerId}`,
    requestedAction: addressee.action,
    targets: [
      {
        targetId,
        url,
        resolvedIp,
        observedTime,
        fingerprints,
        ...(foundIn !== undefined && { foundIn }),
        ...(embedded && { embedded: { urls: embedded } }),
      },
    ],
    classifications,
    neighbours: neighboursToTell(schemes, classifications),
    complyWithin: durationOf(config.complyWithinMs),
    ...(preserveMs > 0 && { preserveFor: durationOf(preserveMs) }),
    clockStartsOn: "RECEIPT",
    legalBasis: config.legalBasis,
    authorityReference: "",
    redress: config.redress,
  }).finish();
  return sealedAndSigned({ sealer, signer }, payload, now, injectTrace()["traceparent"] ?? "");
}

/**
 * The next revision of what was sent: the same in every word but what is to be done, and when that was said. One that asks
 * to restore asks to keep nothing any more.
 */
export async function revisedOf(
  { sealer, signer }: Pick<Deps, "sealer" | "signer">,
  notice: Notice,
  now: Date,
): Promise<Prepared> {
  const [revision, action] = [revisionToTell(notice), wantedAction(notice)];
  const before = NoticePayload.decode(bytesOf(sealer, notice.signed));
  const preserveFor = action === "ACTION_RESTORE" ? undefined : before.preserveFor;
  const next = { ...before, revision, requestedAction: action, issuedTime: now, preserveFor };
  const payload = NoticePayload.encode(next).finish();
  return {
    revision,
    action,
    signed: await sealedAndSigned({ sealer, signer }, payload, now, notice.signed.traceparent),
  };
}

async function sealedAndSigned(
  { sealer, signer }: Pick<Deps, "sealer" | "signer">,
  payload: Uint8Array,
  now: Date,
  traceparent: string,
): Promise<Signed> {
  const sealed = sealer.seal(Buffer.from(payload).toString("base64"), "address", now);
  return { payload: sealed, signature: await signer.sign(payload, TYPE), traceparent };
}

function bytesOf(sealer: Sealer, { payload }: Signed): Uint8Array {
  return Buffer.from(sealer.open(payload), "base64");
}

/** The envelope as it is sent: the signed bytes as they were, never encoded again. */
export function envelopeOf(
  sealer: Sealer,
  { noticeId, revision, signed }: Pick<Notice, "noticeId" | "revision" | "signed">,
): SignedNotice {
  return {
    noticeId,
    revision,
    payload: bytesOf(sealer, signed),
    signature: signed.signature,
    traceparent: signed.traceparent,
  };
}

/** The envelope, if it can still be opened: the bytes of a notice whose key was taken out are erased, not what became of it. */
export function envelopeLeft(sealer: Sealer, notice: Parameters<typeof envelopeOf>[1]): SignedNotice | undefined {
  try {
    return envelopeOf(sealer, notice);
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return undefined;
    throw error;
  }
}
