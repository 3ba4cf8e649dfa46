import type { Event } from "@ntd/bus";
import type { Case, Hold, LegalHold } from "@ntd/proto/casework/v1/case";
import type { Sealer } from "@ntd/service";
import { expect, test } from "vitest";
import { onCase } from "../src/holds/on-case.ts";
import { aHold, newTarget } from "./examples.ts";
import type { Target } from "../src/targets/target-state.ts";

const touched = new Error("the store was asked");
const targets = new Proxy({}, { get: () => () => Promise.reject(touched) }) as never;
const pages = {} as never;
const clock = { now: () => new Date() };
const sealer: Sealer = {} as never;
const settings = { slotsRequired: 3, vantage: "here" };
const keptCases = { load: async () => undefined, insert: async () => ({}) } as never;
const heard = (holds?: Hold[], legalHold?: LegalHold, known = keptCases) => {
  const data = { targetId: "t", episode: 1, legalHold, ...(holds && { holds: { holds, earlier: undefined } }) };
  return onCase({ targets, pages, keptCases: known, clock, sealer, settings, wake: () => undefined })({
    data: data as Case,
    version: 7,
  } as Event<Case>);
};

test("a case without holds, or with what keeps notices back alone, costs no load of its target", async () => {
  await heard();
  await heard([aHold({ cause: "HOLD_CAUSE_POLICE_FIRST", looksGoOn: true })]);
  await expect(heard([aHold()])).rejects.toBe(touched);
});

test("a legal hold has its target kept; further events of the case, and once it is lifted, cost no load of it", async () => {
  const sinceTime = clock.now();
  await expect(heard(undefined, { sinceTime, liftedTime: undefined })).rejects.toBe(touched);
  await heard(undefined, { sinceTime, liftedTime: clock.now() });
  const known = { load: async () => ({ state: { version: 6, kept: true } }) } as never;
  await heard(undefined, { sinceTime, liftedTime: undefined }, known);
});

test("what a hold lets go is looked at at once: whoever looks is woken in its lane", async () => {
  const woken: string[] = [];
  const held = { episode: 1, version: 6, stops: { since: clock.now() } };
  const found = { id: "t", version: 1, state: newTarget({ targetId: "t", holds: held }) };
  const one = {
    load: () => Promise.resolve(found),
    save: (_: unknown, state: Target) => Promise.resolve({ ...found, version: 2, state }),
  } as never;
  const over = aHold({ releasedTime: clock.now() });
  const data = { targetId: "t", episode: 1, holds: { holds: [over], earlier: undefined } };
  const wake = (lane: string) => void woken.push(lane);
  await onCase({ targets: one, pages, keptCases, clock, sealer, settings, wake })({
    data: data as unknown as Case,
    version: 7,
  } as Event<Case>);
  expect(woken).toEqual(["report/a"]);
});

test("what was decided is noted of its target, by the newest version; what is in doubt is no decision", async () => {
  let state = newTarget({ targetId: "t" });
  const one = {
    load: () => Promise.resolve({ id: "t", version: 1, state }),
    save: (_: unknown, next: Target) => Promise.resolve({ id: "t", version: 2, state: (state = next) }),
  } as never;
  const told = async (version: number, verdict: string, doubted = false) => {
    const decision = { decisionId: "d", verdict };
    const doubt = doubted ? { decisionId: "d" } : undefined;
    const data = { targetId: "t", episode: 1, state: "CASE_STATE_DECIDED", decision, doubt } as unknown as Case;
    await onCase({ targets: one, pages, keptCases, clock, sealer, settings, wake: () => undefined })({
      data,
      version,
    } as Event<Case>);
    return state.verdict?.isIllegal;
  };
  expect(await told(3, "VERDICT_ILLEGAL")).toBe(true);
  expect(await told(2, "VERDICT_NOT_ILLEGAL")).toBe(true);
  expect(await told(4, "VERDICT_ILLEGAL", true)).toBe(false);
  expect(await told(5, "VERDICT_ILLEGAL")).toBe(true);
  expect(await told(6, "VERDICT_OUT_OF_SCOPE")).toBe(false);
});
