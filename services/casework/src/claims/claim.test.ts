import { WITHDRAWS_NOTHING } from "@ntd/facts";
import fc from "fast-check";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Look } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import type { CaseFile, Progress } from "../cases/case.ts";
import { claimed, decided, holderOf, lapsed, released } from "./claim.ts";
import type { Refusal } from "../refusal.ts";
import { file, later, noon, target } from "../../test/facts.ts";

const LEASE = 1_800_000;
const queuedProgress: Progress = { kind: "queued", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon };
const queued = file({ progress: queuedProgress });
const decision: Decision = {
  decisionId: "decision-1",
  verdict: "VERDICT_NOT_ILLEGAL",
  decidedBy: "assessor/ann",
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
};

function granted(outcome: CaseFile | Refusal): CaseFile {
  if ("refused" in outcome) throw new Error(`refused: ${outcome.detail}`);
  return outcome;
}

const held = granted(claimed(queued, "assessor/ann", noon, LEASE));

describe("a claim", () => {
  test("is a lease of 30 minutes for one person, and keeps reason and place", () => {
    expect(held.progress).toEqual({
      kind: "claimed",
      reason: "QUEUE_REASON_NO_HIT",
      queuedTime: noon,
      holder: "assessor/ann",
      claimExpireTime: later(1800),
    });
  });

  test("is refused to another while it lasts, and granted when it is over", () => {
    expect(claimed(held, "assessor/ben", later(1799), LEASE)).toMatchObject({ refused: "WRONG_STATE" });
    const taken = granted(claimed(held, "assessor/ben", later(1800), LEASE));
    expect(holderOf(taken, later(1800))).toBe("assessor/ben");
  });

  test("of one's own case renews it", () => {
    const renewed = granted(claimed(held, "assessor/ann", later(1000), LEASE));
    expect(renewed.progress).toMatchObject({ claimExpireTime: later(2800) });
  });

  test.each(["open", "auto_decided", "decided"] as const)("is refused for a case that is %s", (kind) => {
    expect(claimed(file({ progress: { kind } }), "assessor/ann", noon, LEASE)).toMatchObject({
      refused: "WRONG_STATE",
    });
  });

  test("is given back by its holder alone", () => {
    expect(granted(released(held, "assessor/ann", noon)).progress).toEqual(queuedProgress);
    expect(released(held, "assessor/ben", noon)).toMatchObject({ refused: "WRONG_STATE" });
    expect(released(held, "assessor/ann", later(1800))).toMatchObject({ refused: "WRONG_STATE" });
    expect(released(queued, "assessor/ann", noon)).toMatchObject({ refused: "WRONG_STATE" });
  });

  test("that is over ends by itself; nothing else does", () => {
    expect(lapsed(held, later(1800)).progress).toEqual(queuedProgress);
    expect(lapsed(held, later(1799))).toBe(held);
    expect(lapsed(queued, later(9999))).toBe(queued);
    const done = file({ progress: { kind: "decided" } });
    expect(lapsed(done, later(9999))).toBe(done);
  });
});

describe("a decision", () => {
  test("of the holder on the evidence that the holder saw stands", () => {
    const done = granted(decided(held, "assessor/ann", 1, decision, noon));
    expect(done).toMatchObject({ progress: { kind: "decided" }, decisions: [decision] });
  });

  test("on older evidence is refused and told the revision to read", () => {
    const changed = { ...held, evidenceRevision: 3 };
    expect(decided(changed, "assessor/ann", 1, decision, noon)).toMatchObject({
      refused: "EVIDENCE_CHANGED",
      metadata: { current_version: "3" },
    });
  });

  test("without a claim, on another's claim, or on a claim that is over is refused", () => {
    for (const [state, person, at] of [
      [queued, "assessor/ann", noon],
      [held, "assessor/ben", noon],
      [held, "assessor/ann", later(1800)],
    ] as const) {
      expect(decided(state, person, 1, decision, at)).toMatchObject({ refused: "WRONG_STATE" });
    }
  });

  test("leaves the earlier ones beside it", () => {
    const earlier = { ...decision, decisionId: "decision-0", decidedBy: "machine" };
    const done = granted(decided({ ...held, decisions: [earlier] }, "assessor/ann", 1, decision, noon));
    expect(done.decisions).toEqual([earlier, decision]);
  });
});

describe("illegal, on what machines call gone", () => {
  const illegal: Decision = { ...decision, verdict: "VERDICT_ILLEGAL", basis: "act" };
  const look = (eye: string, observation: Look["observation"]): Look => {
    return { eye, observation, reason: "PROBE_REASON_HTTP_NOT_FOUND", time: later(60), evidenceId: "" };
  };
  const looks = [
    look("browser", "OBSERVATION_ABSENT"),
    look("declared", "OBSERVATION_BLIND"),
    look("abroad", "OBSERVATION_REPLACED"),
    look("browser", "OBSERVATION_ABSENT"),
  ];
  const gone = target({
    state: "TARGET_STATE_GONE",
    goneTime: later(9),
    goneStrength: "GONE_STRENGTH_REPLACED",
    looks,
  });
  const of = (change: Partial<Decision>, seen = gone) =>
    decided({ ...held, target: seen }, "assessor/ann", 1, { ...illegal, ...change }, noon);
  const made = (outcome: CaseFile | Refusal) => granted(outcome).decisions.at(-1);

  test("is asked back: since when, by which eyes, and what to do", () => {
    const refused = of({});
    expect(refused).toMatchObject({
      refused: "GONE",
      metadata: { since: later(9).toISOString(), eyes: "browser, abroad" },
    });
    expect((refused as Refusal).detail).toMatch(/gone since 2026-.*\(browser, abroad\).* despite_gone/);
  });

  test("where others know of an illegal already, nobody is sent to OUT_OF_SCOPE, which would withdraw it", () => {
    const told = decided({ ...held, target: gone, decisions: [illegal] }, "assessor/ann", 1, illegal, noon) as Refusal;
    expect(told.detail).toMatch(/hears nothing twice\. OUT_OF_SCOPE is a word against/);
    expect((of({}) as Refusal).detail).toMatch(/no notice is needed: OUT_OF_SCOPE\.$/);
  });

  test("names neither time nor eyes where an earlier release told none", () => {
    const refused = of({}, target({ state: "TARGET_STATE_GONE" }));
    expect(refused).toMatchObject({ refused: "GONE", metadata: { since: "", eyes: "" } });
    expect((refused as Refusal).detail).toMatch(/^Machines call the target gone\. /);
  });

  test("stands when the person knows, and says so", () => {
    expect(made(of({ despiteGone: true }))).toEqual({ ...illegal, despiteGone: true });
  });

  test("is asked of no other verdict", () => {
    for (const verdict of ["VERDICT_NOT_ILLEGAL", "VERDICT_OUT_OF_SCOPE"] as const) {
      for (const despiteGone of [false, true]) {
        expect(made(of({ verdict, despiteGone }))).toMatchObject({ verdict, despiteGone: false });
      }
    }
  });

  test("is not asked where the target is not gone: suspected, unseen, or gone by silence alone", () => {
    const silence = target({ ...gone, goneStrength: "GONE_STRENGTH_SILENCE_0_2" });
    const suspected = target({ state: "TARGET_STATE_SUSPECT_GONE", looks });
    for (const seen of [target(), silence, suspected, target({ state: "TARGET_STATE_UNSEEN" })]) {
      for (const despiteGone of [false, true]) {
        expect(made(of({ despiteGone }, seen))).toMatchObject({ verdict: "VERDICT_ILLEGAL", despiteGone: false });
      }
    }
  });

  test("comes after what else is wrong: old evidence, or another's claim", () => {
    const state = { ...held, target: gone };
    expect(decided(state, "assessor/ann", 9, illegal, noon)).toMatchObject({ refused: "EVIDENCE_CHANGED" });
    expect(decided(state, "assessor/ben", 1, illegal, noon)).toMatchObject({ refused: "WRONG_STATE" });
  });
});

test("never do two people hold a case, and only its holder decides it", () => {
  const step = fc.record({
    person: fc.constantFrom("assessor/ann", "assessor/ben"),
    act: fc.constantFrom("claim", "release", "lapse", "decide"),
    wait: fc.integer({ min: 0, max: 2000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let state = queued;
      let seconds = 0;
      for (const { person, act, wait } of steps) {
        const now = later((seconds += wait));
        const before = holderOf(state, now);
        const outcome = {
          claim: () => claimed(state, person, now, LEASE),
          release: () => released(state, person, now),
          lapse: () => lapsed(state, now),
          decide: () => decided(state, person, 1, { ...decision, decidedBy: person }, now),
        }[act as "claim" | "release" | "lapse" | "decide"]();
        if ("refused" in outcome) continue;
        if (before !== "" && holderOf(outcome, now) !== before) expect(before).toBe(person);
        if (outcome.decisions.length > state.decisions.length) expect(before).toBe(person);
        state = outcome;
      }
    }),
  );
});
