import { describe, expect, test } from "vitest";
import type { Failed } from "../connectors/fault.ts";
import { answeredBy } from "./answered.ts";
import { answered, endedAt, said, standingOf, stumbled, trying, type FeedbackState, type Word } from "./feedback.ts";
import { claimed, failed, newOutlet, reached, silencedBy } from "./outlet.ts";

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
const DAY = 24 * 60;
const agree: Word = { connectorId: "c", hash: "md5:aa", opinion: "AGREE", reasons: [], givenBy: "maintainer/maria" };
const disagree: Word = { ...agree, opinion: "DISAGREE", reasons: [{ id: "r", name: "n" }] };
const [a, b] = [
  { member: "1", id: "a" },
  { member: "2", id: "b" },
];
const fresh = said(undefined, agree, [a, b], at(0));
const stumbles: Failed = { fault: "ANSWER", sentence: "500", isPassing: true };

function tried(state: FeedbackState, minute = 1) {
  const { state: next, target } = trying(state, at(minute)) ?? expect.fail();
  return { state: next, tried: { word: next.word, target: target ?? expect.fail() } };
}
function sent(state: FeedbackState, standing: "SENT" | "REFUSED" = "SENT") {
  const { state: next, tried: to } = tried(state);
  return answered(next, to, { standing, status: standing === "SENT" ? 200 : 404 }, at(2)) ?? expect.fail();
}

test("what waits for a time further away than any pause waits for a clock that was wrong", () => {
  const outlet = (minutes: number) => ({ ...newOutlet(at(minutes)), dueAt: at(minutes) });
  expect([outlet(7 * DAY), outlet(60)].map((state) => claimed(state, "a", at(0))?.lease?.by)).toEqual(["a", undefined]);
  expect([trying({ ...fresh, dueAt: at(7 * DAY) }, at(0)), trying({ ...fresh, dueAt: at(60) }, at(0))]).toEqual([
    expect.objectContaining({ target: { ...a, standing: "WAITING", tries: 1 } }),
    undefined,
  ]);
});

describe("what was said", () => {
  test("is said of one entry after the other, each try counted before it is made", () => {
    const first = tried(fresh);
    expect([first.tried.target, standingOf(first.state)]).toEqual([{ ...a, standing: "WAITING", tries: 1 }, "WAITING"]);
    const one = sent(fresh);
    expect([standingOf(one), endedAt(one), tried(one).tried.target.id]).toEqual(["WAITING", undefined, "b"]);
    const both = sent(one);
    expect([standingOf(both), endedAt(both), trying(both, at(3))]).toEqual(["SENT", at(2), undefined]);
  });

  test("is over where the exchange does not take it, and the others hear it", () => {
    const both = sent(sent(fresh, "REFUSED"));
    expect(both.targets.map(({ standing, status }) => [standing, status])).toEqual([
      ["REFUSED", 404],
      ["SENT", 200],
    ]);
    expect([standingOf(both), both.why]).toEqual(["REFUSED", "The exchange answers 404: it does not take this."]);
  });

  test("an answer to what was said before is none to what is said now", () => {
    const { state, tried: to } = tried(fresh);
    const now = said(state, disagree, [a, b], at(2));
    expect(answered(now, to, { standing: "SENT", status: 200 }, at(3))).toBeUndefined();
    expect(stumbled(now, to, stumbles, at(3))).toBeUndefined();
  });

  test("said once more it goes to those alone that have not taken it; something else goes to all", () => {
    const half = sent(sent(fresh), "REFUSED");
    expect(said(half, agree, [a, b, { member: "3", id: "c" }], at(9)).targets.map((one) => one.standing)).toEqual([
      "SENT",
      "WAITING",
      "WAITING",
    ]);
    expect(said(half, disagree, [a, b], at(9)).targets.map((one) => one.standing)).toEqual(["WAITING", "WAITING"]);
  });

  test("an entry over which the exchange stumbles waits, a few times", () => {
    let state: FeedbackState = { ...fresh, targets: fresh.targets.slice(0, 1) };
    for (let minute = 0, n = 1; n <= 10; n++, minute += 60) {
      expect(standingOf(state)).toBe("WAITING");
      const next = tried(state, minute);
      state = stumbled(next.state, next.tried, stumbles, at(minute)) ?? expect.fail();
      expect(n < 10 && trying(state, at(minute + 14))).toBe(n < 10 ? undefined : false);
    }
    expect([standingOf(state), state.why]).toEqual(["FAILED", "500"]);
  });

  test("what could not be said for 14 days is given up", () => {
    const late = trying(sent(fresh), at(15 * DAY)) ?? expect.fail();
    expect([late.target, standingOf(late.state)]).toEqual([undefined, "FAILED"]);
    expect(late.state.targets.map(({ standing }) => standing)).toEqual(["SENT", "FAILED"]);
  });
});

test("what a backup brought back is not said by itself; what was given since leaves", () => {
  const restoredTime = fresh.given;
  const back = trying(fresh, at(1), restoredTime) ?? expect.fail();
  expect([back.target, standingOf(back.state)]).toEqual([undefined, "FAILED"]);
  expect(back.state.why).toContain("Say it once more");
  expect(trying(fresh, at(1), new Date(restoredTime.getTime() - 1))?.target).toBeDefined();
});

test("what an answer says", () => {
  const says = (status: number, retryAfter?: string) => {
    const answer = answeredBy(status, retryAfter, at(0));
    return "fault" in answer ? answer.fault : answer.standing;
  };
  expect([200, 201, 204].map((status) => says(status))).toEqual(["SENT", "SENT", "SENT"]);
  expect([302, 400, 404, 409, 422].map((status) => says(status))).toEqual(Array(5).fill("REFUSED"));
  expect([says(401), says(403), says(429), says(503, "9")]).toEqual(["CREDENTIALS", "CREDENTIALS", "BUSY", "BUSY"]);
  expect([500, 502, 503].map((status) => says(status))).toEqual(["ANSWER", "ANSWER", "ANSWER"]);
});

test("an exchange that cannot be reached is left alone, by all; health hears of what takes a hand, and of the third time", () => {
  const unreachable: Failed = { fault: "UNREACHABLE", sentence: "no answer", isPassing: true };
  const credentials: Failed = { fault: "CREDENTIALS", sentence: "401", isPassing: false };
  const mine = claimed(newOutlet(at(0)), "a", at(0)) ?? expect.fail();
  expect(claimed(mine, "b", at(0.5))).toBeUndefined();
  expect(claimed(mine, "b", at(1))?.lease?.by).toBe("b");
  const refused = failed(mine, credentials, at(0));
  expect([refused.dueAt, refused.lease, claimed(refused, "b", at(14))]).toEqual([at(15), undefined, undefined]);
  const down = [1, 2, 3].reduce<(typeof mine)[]>((all) => [...all, failed(all.at(-1) ?? mine, unreachable, at(0))], []);
  expect([refused, ...down].map(silencedBy)).toEqual(["CREDENTIALS", "", "", "UNREACHABLE"]);
  expect(silencedBy(reached(refused))).toBe("");
});
