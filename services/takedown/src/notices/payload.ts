import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { injectTrace, namedAddress, openAddress, type Sealer } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Addressee, Dispatch } from "../dispatches/dispatch.ts";
import type { Notice } from "./notice.ts";
import { durationOf, environmentOf } from "./publish.ts";

/** The bytes that an ISP may show a court years later, so they name what they are. */
const TYPE = "ntd-notice+jws";

/** Signs a notice once; the payload holds the address, so it rests sealed. */
export async function signedOf(
  deps: Pick<Deps, "config" | "sealer" | "signer">,
  dispatch: Dispatch,
  addressee: Addressee,
  { now, observedTime }: { now: Date; observedTime: Date | undefined },
): Promise<Notice["signed"]> {
  const { config, sealer, signer } = deps;
  const { targetId, resolvedIp, fingerprints, classifications } = dispatch;
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
      { targetId, url: namedAddress(openAddress(sealer, dispatch.address)), resolvedIp, observedTime, fingerprints },
    ],
    classifications,
    complyWithin: durationOf(config.complyWithinMs),
    clockStartsOn: "RECEIPT",
    legalBasis: config.legalBasis,
    authorityReference: "",
    redress: config.redress,
  }).finish();
  return {
    payload: sealer.seal(Buffer.from(payload).toString("base64"), now),
    signature: await signer.sign(payload, TYPE),
    traceparent: injectTrace()["traceparent"] ?? "",
  };
}

/** The envelope as it is sent: the signed bytes as they were, never encoded again. */
export function envelopeOf(sealer: Sealer, { noticeId, revision, signed }: Notice): SignedNotice {
  const payload = Buffer.from(sealer.open(signed.payload), "base64");
  return { noticeId, revision, payload, signature: signed.signature, traceparent: signed.traceparent };
}
