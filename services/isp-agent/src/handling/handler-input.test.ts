import { expect, test } from "vitest";
import { handlerInput } from "./handler-input.ts";
import { aPayload } from "../../test/notices.ts";

const received = new Date("2026-11-24T08:00:05.250Z");

test("a handler is told what to do about which address, by when, and which attempt this is", () => {
  const payload = aPayload({ kind: "NOTICE_KIND_INSTRUCTION", requestedAction: "ACTION_DISABLE_ACCESS", revision: 2 });
  expect(JSON.parse(handlerInput(payload, received, 3))).toEqual({
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
    classifications: [],
    comply_within_seconds: 3600,
    preserve_until: null,
    attempt: 3,
  });
});

test("a handler is told how it was classed, and what other schemes say beside that", () => {
  const code = { scheme: "interpol-baseline", version: "1", code: "BASELINE" };
  const neighbour = { ...code, scheme: "iccam" };
  const relation = "CLASSIFICATION_RELATION_EQUAL";
  const payload = aPayload({
    classifications: [code],
    neighbours: [{ of: code, neighbour, relation, loses: [], source: "INHOPE" }],
  });
  expect(JSON.parse(handlerInput(payload, received, 1))).toMatchObject({
    classifications: ["interpol-baseline:1:BASELINE"],
    neighbours: [
      {
        of: "interpol-baseline:1:BASELINE",
        neighbour: "iccam:1:BASELINE",
        relation: "equal",
        loses: [],
        source: "INHOPE",
      },
    ],
  });
});

test("of a page a handler is told what to remove from it", () => {
  const target = {
    targetId: "t",
    url: "http://a.example/7",
    resolvedIp: "",
    observedTime: undefined,
    fingerprints: [],
  };
  const embedded = { urls: ["http://files.example/1.png"] };
  const told = JSON.parse(handlerInput(aPayload({ targets: [{ ...target, embedded }] }), received, 1)) as object;
  expect(told).toMatchObject({
    targets: [{ url: "http://a.example/7", embedded_urls: ["http://files.example/1.png"] }],
  });
});

test("of a file whose first picture may be innocent a handler is told where to look", () => {
  const [target] = aPayload({}).targets;
  if (target === undefined) throw new Error("no target");
  const told = JSON.parse(
    handlerInput(aPayload({ targets: [{ ...target, foundIn: "frame 7, inner; frame 12" }] }), received, 1),
  ) as object;
  expect(told).toMatchObject({ targets: [{ found_in: "frame 7, inner; frame 12" }] });
});

test("what the platform does not know is left out or nought", () => {
  const target = { targetId: "t", url: "http://a.example/", resolvedIp: "", observedTime: undefined, fingerprints: [] };
  const told = JSON.parse(
    handlerInput(aPayload({ targets: [target], complyWithin: undefined }), received, 1),
  ) as object;
  expect(told).toMatchObject({ comply_within_seconds: 0, targets: [{ resolved_ip: "", fingerprints: [] }] });
});

test("until when it is to be kept counts from its receipt, whatever the attempt; asked to restore, nothing is to be kept", () => {
  const year = { seconds: 31_536_000n, nanos: 0 };
  const until = (change: Parameters<typeof aPayload>[0], attempt = 1) =>
    (JSON.parse(handlerInput(aPayload(change), received, attempt)) as { preserve_until: unknown }).preserve_until;
  for (const attempt of [1, 4]) expect(until({ preserveFor: year }, attempt)).toBe("2027-11-24T08:00:05.250Z");
  expect(until({ requestedAction: "ACTION_RESTORE" })).toBeNull();
});
