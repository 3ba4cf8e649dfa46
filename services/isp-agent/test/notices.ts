import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { newSigningKey, signerFromFile, type Signer } from "@ntd/service";

export const PROVIDER = "north";

export async function aSigner(dir: string, kid: string): Promise<Signer> {
  const file = join(dir, `signer-${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(await newSigningKey(kid)), { mode: 0o600 });
  return signerFromFile(file);
}

export function aPayload(change: Partial<NoticePayload> = {}): NoticePayload {
  return {
    noticeId: randomUUID(),
    revision: 1,
    kind: "NOTICE_KIND_NOTICE",
    environment: "ENVIRONMENT_TEST",
    issuer: "a test",
    issuedTime: new Date(),
    addressee: `providers/${PROVIDER}`,
    requestedAction: "ACTION_REMOVE",
    targets: [aTarget("http://pictures.north.example/1.jpg")],
    classifications: [],
    neighbours: [],
    complyWithin: { seconds: 3600n, nanos: 0 },
    clockStartsOn: "RECEIPT",
    legalBasis: "",
    authorityReference: "",
    redress: "",
    ...change,
  };
}

export function aTarget(url: string): NoticePayload["targets"][number] {
  const observedTime = new Date("2026-11-24T08:00:00Z");
  const value = Uint8Array.from({ length: 32 }, (_, i) => i);
  return {
    targetId: randomUUID(),
    url,
    resolvedIp: "192.0.2.7",
    observedTime,
    fingerprints: [{ algorithm: "ALGORITHM_PDQ", value, quality: 90 }],
  };
}

export async function signed(
  signer: Signer,
  payload: NoticePayload,
  { traceparent = "", typ = "ntd-notice+jws" } = {},
): Promise<SignedNotice> {
  const { noticeId, revision } = payload;
  const bytes = NoticePayload.encode(payload).finish();
  return { noticeId, revision, payload: bytes, signature: await signer.sign(bytes, typ), traceparent };
}
