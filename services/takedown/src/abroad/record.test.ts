import { NoticePayload, type Action } from "@ntd/proto/takedown/v1/notice";
import { expect, test } from "vitest";
import { aNotice, at } from "../../test/examples.ts";
import { recordOf } from "./record.ts";

const fingerprint = { algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32), quality: 0 };
const payload = (requestedAction: Action): NoticePayload => ({
  ...NoticePayload.decode(new Uint8Array()),
  noticeId: "notice-1",
  revision: 3,
  requestedAction,
  classifications: [{ scheme: "interpol-baseline", version: "1", code: "BASELINE" }],
  targets: [
    {
      targetId: "target-1",
      url: "https://pictures.example/1.png",
      resolvedIp: "192.0.2.1",
      observedTime: at(3),
      fingerprints: [fingerprint],
    },
  ],
});
const notice = aNotice({ providerId: "hotline-nl", route: "ROUTE_HOTLINE", country: "NL" });

test("a record says what the signed bytes say, to whom and since when", () => {
  expect(recordOf(payload("ACTION_REMOVE"), { notice, decidedTime: at(1), isBaseline: true })).toEqual({
    reference: "notice-1",
    revision: 3,
    isWithdrawn: false,
    isSuspended: false,
    country: "NL",
    hotline: "hotline-nl",
    url: "https://pictures.example/1.png",
    resolvedIp: "192.0.2.1",
    assessment: "RECORD_ASSESSMENT_BASELINE",
    classifications: [{ scheme: "interpol-baseline", version: "1", code: "BASELINE" }],
    fingerprints: [fingerprint],
    observedTime: at(3),
    decidedTime: at(1),
    environment: "ENVIRONMENT_TEST",
  });
});

test.each<[Action, boolean, boolean]>([
  ["ACTION_REMOVE", false, false],
  ["ACTION_SUSPEND", false, true],
  ["ACTION_RESTORE", true, false],
])("%s is withdrawn: %s, suspended: %s", (action, isWithdrawn, isSuspended) => {
  const record = recordOf(payload(action), { notice, decidedTime: undefined, isBaseline: false });
  expect(record).toMatchObject({ isWithdrawn, isSuspended, assessment: "RECORD_ASSESSMENT_NATIONAL" });
});

test("a country that is not known is said to be none", () => {
  const { country: _, ...nowhere } = notice;
  expect(recordOf(payload("ACTION_REMOVE"), { notice: nowhere, decidedTime: at(1), isBaseline: false }).country).toBe(
    "ZZ",
  );
});
