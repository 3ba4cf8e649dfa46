import { randomUUID } from "node:crypto";
import type { HotlineRecord } from "@ntd/proto/hotline/v1/hotline_link_service";

export const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24) + seconds * 1000);

export function aRecord(change: Partial<HotlineRecord> = {}): HotlineRecord {
  return {
    reference: randomUUID(),
    revision: 1,
    isWithdrawn: false,
    isSuspended: false,
    country: "NL",
    hotline: "hotline-nl",
    url: "https://pictures.example/1.png",
    resolvedIp: "192.0.2.1",
    assessment: "RECORD_ASSESSMENT_NATIONAL",
    classifications: [{ scheme: "ECPAT", version: "2", code: "1" }],
    fingerprints: [],
    observedTime: at(0),
    decidedTime: at(0),
    environment: "ENVIRONMENT_TEST",
    ...change,
  };
}
