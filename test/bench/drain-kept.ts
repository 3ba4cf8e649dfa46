import { openNotices } from "@ntd/isp-agent/store";
import { openStore } from "@ntd/store";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { randomUUID } from "node:crypto";

/** Puts notices into an agent's store as earlier days left them: one half answered, the other waits for a handler. */
export async function keepNotices(path: string, count: number): Promise<void> {
  await using store = await openStore(`file:${path}`);
  const notices = await openNotices(store);
  const documents = Array.from({ length: count }, (_, i) => {
    const noticeId = randomUUID();
    const payload = NoticePayload.encode(aPayload(noticeId)).finish();
    const current = { revision: 1, payload, signature: "x".repeat(200), traceparent: "", receivedTime: new Date() };
    const result = {
      outcome: "OUTCOME_REMOVED",
      cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
      measureTime: new Date(),
    } as const;
    const state =
      i % 2 === 0
        ? { progress: { is: "answered", attempts: 1, result, answeredTime: new Date() } as const }
        : {
            progress: { is: "acknowledged", attempts: 1, failures: 1, lastFailure: "ended with exit code 1" } as const,
            dueAt: new Date(Date.now() + 3_600_000),
          };
    return { id: noticeId, state: { schemaVersion: 1 as const, noticeId, current, ...state } };
  });
  await notices.insertMany(documents);
}

function aPayload(noticeId: string): NoticePayload {
  return {
    noticeId,
    revision: 1,
    kind: "NOTICE_KIND_NOTICE",
    environment: "ENVIRONMENT_TEST",
    issuer: "bench",
    issuedTime: new Date(),
    addressee: "providers/north",
    requestedAction: "ACTION_REMOVE",
    targets: [
      {
        targetId: randomUUID(),
        url: `https://pictures.north.example/${noticeId}.png`,
        resolvedIp: "192.0.2.7",
        observedTime: new Date(),
        fingerprints: [],
      },
    ],
    classifications: [],
    neighbours: [],
    complyWithin: { seconds: 86_400n, nanos: 0 },
    clockStartsOn: "RECEIPT",
    legalBasis: "",
    authorityReference: "",
    redress: "",
  };
}
