import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  leastAdvanced,
  statusOf,
  withCase,
  withTarget,
  type CaseFacts,
  type TargetFacts,
  type TargetStatus,
} from "./status.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
const received = at(10);

const target = (facts: Partial<TargetFacts> = {}): TargetFacts => ({
  version: 1,
  episode: 1,
  over: false,
  time: at(11),
  ...facts,
});
const decided = (verdict: CaseFacts["verdict"] | undefined, facts: Partial<CaseFacts> = {}): CaseFacts => ({
  caseId: "c",
  version: 1,
  episode: 1,
  time: at(12),
  ...(verdict === undefined ? {} : { verdict }),
  ...facts,
});
const known = (facts: Omit<TargetStatus, "schemaVersion">): TargetStatus => ({ schemaVersion: 1, ...facts });

describe("a target's status for a report", () => {
  test.each<[string, TargetStatus | undefined, string]>([
    ["nothing is known yet", undefined, "RECEIVED"],
    ["neither target nor case is known", known({}), "RECEIVED"],
    ["the prober has looked", known({ target: target() }), "BEING_HANDLED"],
    ["a case is open", known({ case: decided(undefined) }), "BEING_HANDLED"],
    ["decided not illegal", known({ target: target(), case: decided("NOT_ILLEGAL") }), "CLOSED"],
    ["decided out of scope", known({ case: decided("OUT_OF_SCOPE") }), "CLOSED"],
    ["decided illegal and there still", known({ target: target(), case: decided("ILLEGAL") }), "BEING_HANDLED"],
    ["decided illegal, target unknown", known({ case: decided("ILLEGAL") }), "BEING_HANDLED"],
    ["decided illegal and gone", known({ target: target({ over: true }), case: decided("ILLEGAL") }), "CLOSED"],
    ["gone but not decided", known({ target: target({ over: true }), case: decided(undefined) }), "BEING_HANDLED"],
    [
      "back in a newer episode than the decided one",
      known({ target: target({ episode: 2 }), case: decided("NOT_ILLEGAL") }),
      "BEING_HANDLED",
    ],
  ])("%s", (_, status, expected) => expect(statusOf(received, status)).toBe(expected));

  test("what was closed before the report came does not close it", () => {
    const before = known({ target: target({ over: true, time: at(5) }), case: decided("ILLEGAL", { time: at(6) }) });
    expect(statusOf(received, before)).toBe("RECEIVED");
    expect(statusOf(at(6), before)).toBe("CLOSED");
  });

  test("gone anew after the report closes it, though the decision is older", () => {
    const status = known({ target: target({ over: true, time: at(11) }), case: decided("ILLEGAL", { time: at(6) }) });
    expect(statusOf(received, status)).toBe("CLOSED");
  });
});

describe("decided illegal though machines called it gone", () => {
  const despite = decided("ILLEGAL", { despiteGoneTime: at(12), time: at(14) });
  const statusWhen = (facts: Partial<TargetFacts>) =>
    statusOf(received, known({ target: target(facts), case: despite }));

  test("what they said before does not close the report: its notice only leaves now", () => {
    expect(statusWhen({ over: true, time: at(11) })).toBe("BEING_HANDLED");
    expect(statusWhen({ over: true, time: at(12) })).toBe("BEING_HANDLED");
  });

  test("what they say afterwards does", () => {
    expect(statusWhen({ over: true, time: at(13) })).toBe("CLOSED");
    expect(statusWhen({ over: false, time: at(13) })).toBe("BEING_HANDLED");
  });
});

describe("the last version wins", () => {
  test("an older target is ignored, an equal one runs again", () => {
    const held = known({ target: target({ version: 4 }) });
    expect(withTarget(held, target({ version: 3, over: true }))).toBeUndefined();
    expect(withTarget(held, target({ version: 4, over: true }))?.target?.over).toBe(true);
  });

  test("a case of an older episode is ignored, whatever its version", () => {
    const held = known({ case: decided(undefined, { episode: 2, version: 1 }) });
    expect(withCase(held, decided("ILLEGAL", { episode: 1, version: 9 }))).toBeUndefined();
    expect(withCase(held, decided("ILLEGAL", { episode: 3, version: 1 }))?.case?.episode).toBe(3);
  });

  test("an older version of the same case is ignored", () => {
    const held = known({ case: decided("ILLEGAL", { version: 3 }) });
    expect(withCase(held, decided(undefined, { version: 2 }))).toBeUndefined();
  });

  const anyCase = fc.record({
    caseId: fc.constant("c"),
    version: fc.integer({ min: 1, max: 6 }),
    episode: fc.integer({ min: 1, max: 3 }),
  });

  test("in whatever order cases come, the newest one is kept", () => {
    fc.assert(
      fc.property(fc.array(anyCase, { minLength: 1 }), (facts) => {
        const cases = facts.map((f) => ({ ...f, time: at(f.episode * 10 + f.version) }));
        const last = cases.reduce<TargetStatus | undefined>((held, next) => withCase(held, next) ?? held, undefined);
        const newest = cases.toSorted((a, b) => a.episode - b.episode || a.version - b.version).at(-1);
        expect(last?.case).toEqual(newest);
      }),
    );
  });
});

test("a report is as far as the least advanced of its targets", () => {
  expect(leastAdvanced(["CLOSED", "RECEIVED", "BEING_HANDLED"])).toBe("RECEIVED");
  expect(leastAdvanced(["CLOSED", "BEING_HANDLED"])).toBe("BEING_HANDLED");
  expect(leastAdvanced(["CLOSED", "CLOSED"])).toBe("CLOSED");
});
