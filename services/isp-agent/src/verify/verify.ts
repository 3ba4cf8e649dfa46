import { NoticePayload, type PayloadTarget } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { isUuid, verifyBytes, type JSONWebKeySet } from "@ntd/service";

export type Verdict =
  | { is: "genuine"; payload: NoticePayload }
  | {
      is: "refused";
      reason:
        | "too_large"
        | "unknown_key"
        | "bad_signature"
        | "unreadable"
        | "issued_in_the_future"
        | "another_addressee"
        | "schema"
        | "another_environment";
    };

/** What a notice must be to be taken. */
export interface Expected {
  keys: JSONWebKeySet;
  now: Date;
  providerId: string;
  environment: "DEMO" | "TEST" | "LIVE";
}

const TYPE = "ntd-notice+jws";
const MAX_PAYLOAD_BYTES = 512 * 1024;
const MAX_SIGNATURE_CHARACTERS = 4096;
const MAX_SECONDS = 10 * 366 * 86_400;
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Says whether a notice is genuine and for us, by the first check that fails: size, known key, signature, time,
 * addressee, schema, policy. Nothing is decoded before the signature holds.
 */
export async function verify(notice: SignedNotice, expected: Expected): Promise<Verdict> {
  if (notice.payload.length > MAX_PAYLOAD_BYTES || notice.signature.length > MAX_SIGNATURE_CHARACTERS) {
    return { is: "refused", reason: "too_large" };
  }
  const kid = kidOf(notice.signature);
  if (kid === undefined || !expected.keys.keys.some((key) => key.kid === kid)) {
    return { is: "refused", reason: "unknown_key" };
  }
  const signed = await verifyBytes(notice.payload, notice.signature, expected.keys, TYPE).catch(() => undefined);
  if (signed === undefined) return { is: "refused", reason: "bad_signature" };
  const payload = decoded(notice.payload);
  if (payload === undefined) return { is: "refused", reason: "unreadable" };
  const reason = faultOf(payload, notice, expected);
  return reason === undefined ? { is: "genuine", payload } : { is: "refused", reason };
}

function faultOf(payload: NoticePayload, notice: SignedNotice, { now, providerId, environment }: Expected) {
  const { issuedTime } = payload;
  if (issuedTime !== undefined && issuedTime.getTime() > now.getTime() + CLOCK_SKEW_MS) return "issued_in_the_future";
  if (payload.addressee !== `providers/${providerId}`) return "another_addressee";
  if (!fitsSchema(payload, notice)) return "schema";
  // What is not LIVE must never touch what is, and the other way round.
  if ((payload.environment === "ENVIRONMENT_LIVE") !== (environment === "LIVE")) return "another_environment";
  return undefined;
}

// A word that this release does not know is no word it may act on.
function fitsSchema(payload: NoticePayload, { noticeId, revision }: SignedNotice): boolean {
  const unnamed = ["UNRECOGNIZED", "ACTION_UNSPECIFIED", "NOTICE_KIND_UNSPECIFIED", "ENVIRONMENT_UNSPECIFIED"];
  const words: string[] = [payload.requestedAction, payload.kind, payload.environment];
  const ids = payload.targets.map((target) => target.targetId);
  return (
    payload.noticeId === noticeId &&
    isUuid(noticeId) &&
    payload.revision === revision &&
    revision >= 1 &&
    isInstant(payload.issuedTime) &&
    isPeriod(payload.complyWithin) &&
    isPeriod(payload.preserveFor) &&
    !words.some((word) => unnamed.includes(word)) &&
    ids.length > 0 &&
    !ids.includes("") &&
    new Set(ids).size === ids.length &&
    payload.targets.every((t) => t.url !== "" && (t.observedTime === undefined || isInstant(t.observedTime))) &&
    payload.targets.every(({ embedded }) => namesWhatToRemove(payload, embedded))
  );
}

// Asked to remove what is embedded, it must be told what: else the page itself might go.
function namesWhatToRemove({ requestedAction }: NoticePayload, embedded: PayloadTarget["embedded"]): boolean {
  if (embedded === undefined) return requestedAction !== "ACTION_REMOVE_EMBEDDED";
  return requestedAction !== "ACTION_REMOVE" && embedded.urls.length > 0 && !embedded.urls.includes("");
}

function isPeriod(period: NoticePayload["complyWithin"]): boolean {
  const seconds = Number(period?.seconds ?? 0);
  return seconds >= 0 && seconds <= MAX_SECONDS;
}

// A count of seconds beyond what a date can hold is a date that nothing can be done with.
function isInstant(time: Date | undefined): boolean {
  return time !== undefined && !Number.isNaN(time.getTime());
}

function kidOf(signature: string): string | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(signature.split(".")[0] ?? "", "base64url").toString("utf8"));
    const kid = (header as { kid?: unknown } | null)?.kid;
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}

function decoded(bytes: Uint8Array): NoticePayload | undefined {
  try {
    return NoticePayload.decode(bytes);
  } catch {
    return undefined;
  }
}
