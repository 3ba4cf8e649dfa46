import { expect, test } from "vitest";
import { handlerInput } from "./handler-input.ts";
import { aPayload } from "../../test/notices.ts";

test("a handler is told what to do about which address, by when, and which attempt this is", () => {
  const payload = aPayload({ kind: "NOTICE_KIND_INSTRUCTION", requestedAction: "ACTION_DISABLE_ACCESS", revision: 2 });
  expect(JSON.parse(handlerInput(payload, 3))).toEqual({
    notice_id: payload.noticeId,
    revision: 2,
    kind: "instruction",
    environment: "test",
    requested_action: "disable_access",
    targets: [
      {
        target_id: payload.targets[0]?.targetId,
        url: "http://pictures.north.example/1.jpg",
        resolved_ip: "192.0.2.7",
        observed_time: "2026-11-24T08:00:00.000Z",
        fingerprints: [{ algorithm: "pdq", hex: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" }],
      },
    ],
    comply_within_seconds: 3600,
    attempt: 3,
  });
});

test("what the platform does not know is left out or nought", () => {
  const target = { targetId: "t", url: "http://a.example/", resolvedIp: "", observedTime: undefined, fingerprints: [] };
  const told = JSON.parse(handlerInput(aPayload({ targets: [target], complyWithin: undefined }), 1)) as object;
  expect(told).toMatchObject({ comply_within_seconds: 0, targets: [{ resolved_ip: "", fingerprints: [] }] });
});
