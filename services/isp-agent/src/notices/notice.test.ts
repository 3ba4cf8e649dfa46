import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  begun,
  ended,
  postponed,
  receive,
  refused,
  resumed,
  taken as takenWith,
  type Call,
  type Ending,
  type Notice,
  type Progress,
  type Revision,
} from "./notice.ts";
import { waitsFor } from "./waits-for.ts";

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24) + seconds * 1000);
const MAX = 3;

const taken = (notice: Notice, call: Call, now: Date) => takenWith(notice, call, now, true);

function revision(number: number, byte = number, action: Revision["action"] = "ACTION_REMOVE"): Revision {
  return {
    action,
    revision: number,
    payload: Uint8Array.of(byte, 7),
    signature: "header..signature",
    traceparent: "",
    receivedTime: at(0),
  };
}

const result = {
  outcome: "OUTCOME_REMOVED",
  cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
  measureTime: at(4),
} as const;
const done: Ending = { is: "result", result };
const broughtBack: Ending = { is: "result", result: { ...result, outcome: "OUTCOME_RESTORED" } };
const failed: Ending = { is: "failed", failure: "ended with exit code 7" };

const acknowledge = (number = 1) => ({ is: "acknowledge", revision: number }) as const;
const answer = (number = 1) => ({ is: "answer", revision: number }) as const;

type Step = (notice: Notice) => Notice;
const after = (notice: Notice, ...steps: Step[]): Notice => steps.reduce((state, step) => step(state), notice);
const arrives =
  (number: number, now = 9, action?: Revision["action"]): Step =>
  (notice) => {
    const receipt = receive(notice, notice.noticeId, revision(number, number, action), at(now));
    return receipt.is === "taken" ? receipt.notice : notice;
  };

function first(number = 1): Notice {
  const receipt = receive(undefined, "notice-1", revision(number), at(0));
  if (receipt.is !== "taken") throw new Error("a first revision is always taken");
  return receipt.notice;
}

const received = first();
const acknowledged = taken(received, acknowledge(), at(1));
const handling = begun(acknowledged);
const handled = ended(handling, done, at(4), MAX);
const answered = taken(handled, answer(), at(5));
const fails =
  (second: number): Step =>
  (notice) =>
    ended(begun(notice), failed, at(second), MAX);
const needsPerson = after(acknowledged, fails(2), fails(5), fails(9));
const refusedAtOnce = refused(received, acknowledge(), "NOT_FOUND", at(1));
const refusedAnswer = refused(handled, answer(), "FIELD_INVALID", at(5));
const suspended = taken(after(acknowledged, arrives(2, 9, "ACTION_SUSPEND")), acknowledge(2), at(10));
const every = [received, acknowledged, handling, handled, answered, needsPerson, refusedAtOnce, refusedAnswer];

describe("the straight path", () => {
  test("goes from received to answered, one step after the other", () => {
    expect([received, acknowledged, handling, handled, answered].map((n) => n.progress.is)).toEqual([
      "received",
      "acknowledged",
      "handling",
      "handled",
      "answered",
    ]);
    expect(answered.progress).toEqual({ is: "answered", attempts: 1, result, answeredTime: at(5) });
  });

  test("a new notice is left to who received it, and a result to who handled it, for five seconds", () => {
    expect(received.dueAt).toEqual(at(5));
    expect(handled.dueAt).toEqual(at(9));
  });

  test("what is acknowledged is due at once; what runs or is over is not", () => {
    expect(acknowledged.dueAt).toEqual(at(1));
    for (const notice of [handling, answered, needsPerson, refusedAtOnce, refusedAnswer, suspended]) {
      expect(notice, notice.progress.is).not.toHaveProperty("dueAt");
    }
  });
});

describe("who takes the next step", () => {
  test.each([
    ["platform", received],
    ["handler", acknowledged],
    ["handler", handling],
    ["platform", handled],
    ["nobody", answered],
    ["revision", suspended],
    ["person", needsPerson],
    ["person", refusedAtOnce],
    ["person", refusedAnswer],
  ] as const)("the %s", (who, notice) => {
    expect(waitsFor(notice)).toBe(who);
  });
});

describe("a notice that comes again", () => {
  test("is known in every state but two", () => {
    for (const notice of every.filter((n) => n !== refusedAtOnce && n !== answered)) {
      expect(receive(notice, "notice-1", revision(1), at(9)), notice.progress.is).toEqual({ is: "known" });
    }
  });

  test("begins anew when its acknowledgement had been refused: the platform knows it after all", () => {
    const receipt = receive(refusedAtOnce, "notice-1", revision(1), at(9));
    expect(receipt).toMatchObject({ is: "taken", notice: { progress: { is: "received" }, dueAt: at(14) } });
  });

  test("is answered again when it was answered: the platform has lost it", () => {
    const again = after(answered, arrives(1));
    expect(again).toMatchObject({ current: answered.current, progress: { is: "handled", result }, dueAt: at(14) });
    expect(taken(again, answer(), at(15)).progress).toEqual({ ...answered.progress, answeredTime: at(15) });
  });

  test("with other bytes under the same number leaves the first in place: a restored platform signed it again", () => {
    for (const notice of every) {
      const { current } = notice;
      const receipt = receive(notice, "notice-1", revision(current.revision, 99), at(9));
      expect(receipt, notice.progress.is).toEqual(receive(notice, "notice-1", current, at(9)));
      if (receipt.is === "taken") expect(receipt.notice.current).toBe(current);
    }
    const waiting = after(handling, arrives(2));
    expect(receive(waiting, "notice-1", revision(2, 99), at(9))).toEqual({ is: "known" });
  });

  test("asking for something else under the same number is refused, waiting or not", () => {
    const reused = { is: "refused", reason: "revision_reused" };
    for (const notice of every) {
      const { revision: number } = notice.current;
      expect(receive(notice, "notice-1", revision(number, 99, "ACTION_RESTORE"), at(9))).toEqual(reused);
    }
    const waiting = after(handling, arrives(2));
    expect(receive(waiting, "notice-1", revision(2, 99, "ACTION_RESTORE"), at(9))).toEqual(reused);
    // Release 0.2 kept no action beside the bytes.
    const { action: _, ...current } = received.current;
    const old = { ...received, current };
    expect(receive(old, "notice-1", revision(1, 99), at(9))).toEqual(reused);
    expect(receive(old, "notice-1", revision(1), at(9))).toEqual({ is: "known" });
  });

  test("as an older revision changes nothing", () => {
    expect(receive(first(3), "notice-1", revision(2), at(9))).toEqual({ is: "known" });
    expect(receive(after(handling, arrives(3)), "notice-1", revision(2), at(9))).toEqual({ is: "known" });
  });
});

describe("a newer revision", () => {
  test("replaces what was not begun, failed, or is over, and starts from the beginning", () => {
    const failing = after(acknowledged, fails(2));
    for (const notice of [received, acknowledged, failing, answered, needsPerson, refusedAtOnce, refusedAnswer]) {
      const next = after(notice, arrives(2));
      expect(next, notice.progress.is).toMatchObject({ current: revision(2), progress: { is: "received", tries: 0 } });
      expect(next).not.toHaveProperty("next");
    }
  });

  test("waits for a handler that runs, whose answer is still given", () => {
    const waiting = after(handling, arrives(2));
    expect(waiting).toMatchObject({ current: revision(1), progress: { is: "handling" }, next: revision(2) });
    const over = ended(waiting, done, at(4), MAX);
    expect(over).toMatchObject({ current: revision(1), progress: { is: "handled" }, next: revision(2) });
    const turn = taken(over, answer(), at(5));
    expect(turn).toMatchObject({ current: revision(2), progress: { is: "received" }, dueAt: at(5) });
    expect(turn).not.toHaveProperty("next");
  });

  test("has its turn at once when the running handler failed or died with the agent", () => {
    const waiting = after(handling, arrives(2));
    for (const turn of [ended(waiting, failed, at(4), MAX), resumed(waiting, at(4))]) {
      expect(turn).toMatchObject({ current: revision(2), progress: { is: "received" }, dueAt: at(4) });
    }
  });

  test("waits until what was done of the older one is answered", () => {
    const told = after(handled, arrives(2));
    expect(told).toMatchObject({ current: revision(1), progress: { is: "handled", result }, next: revision(2) });
    expect(taken(told, answer(), at(10))).toMatchObject({ current: revision(2), progress: { is: "received" } });
  });

  test("has its turn when the answer to the older one is refused", () => {
    const turn = refused(after(handled, arrives(2)), answer(), "NOT_FOUND", at(5));
    expect(turn).toMatchObject({ current: revision(2), progress: { is: "received" } });
  });

  test("replaces one that was already waiting", () => {
    expect(after(handling, arrives(2), arrives(3)).next).toEqual(revision(3));
  });
});

describe("failed attempts", () => {
  test("are repeated after one second, doubling to five minutes", () => {
    let notice = acknowledged;
    const waits: number[] = [];
    for (let n = 0; n < 11; n++) {
      notice = ended(begun(notice), failed, at(0), 100);
      waits.push(((notice.dueAt?.getTime() ?? 0) - at(0).getTime()) / 1000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  test("count up for the handler, and after the last one a person is needed", () => {
    expect(after(acknowledged, fails(2)).progress).toEqual({
      is: "acknowledged",
      attempts: 1,
      failures: 1,
      lastFailure: "ended with exit code 7",
    });
    expect(needsPerson.progress).toEqual({
      is: "needs_person",
      attempts: 3,
      lastFailure: "ended with exit code 7",
    });
  });
});

describe("after a start", () => {
  test("what was being handled is handled again, and told that it is the second attempt", () => {
    const again = resumed(handling, at(9));
    expect(again).toMatchObject({ progress: { is: "acknowledged", attempts: 1, failures: 0 }, dueAt: at(9) });
    expect(begun(again).progress).toMatchObject({ is: "handling", attempts: 2 });
  });

  test("what needed a person has another round, and goes on counting", () => {
    expect(resumed(needsPerson, at(9)).progress).toEqual({ is: "acknowledged", attempts: 3, failures: 0 });
  });

  test("everything else is as it was", () => {
    const others = every.filter((n) => n !== handling && n !== needsPerson);
    for (const notice of others) expect(resumed(notice, at(9))).toBe(notice);
  });
});

describe("calls to the platform", () => {
  test("are repeated after half a second, doubling to half a minute", () => {
    for (const [start, call] of [
      [received, acknowledge()],
      [handled, answer()],
    ] as const) {
      let notice: Notice = start;
      const waits: number[] = [];
      for (let n = 0; n < 8; n++) {
        notice = postponed(notice, call, at(0));
        waits.push(((notice.dueAt?.getTime() ?? 0) - at(0).getTime()) / 1000);
      }
      expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30]);
    }
  });

  test("that are refused for good end with the reason, and with the result if there is one", () => {
    expect(refusedAtOnce.progress).toEqual({ is: "refused", call: "acknowledge", reason: "NOT_FOUND", attempts: 0 });
    expect(refusedAnswer.progress).toEqual({
      is: "refused",
      call: "answer",
      reason: "FIELD_INVALID",
      attempts: 1,
      result,
    });
  });

  test("that come back late, or of another revision, change nothing", () => {
    for (const notice of every) {
      const late = [acknowledge(2), answer(2)];
      if (notice.progress.is !== "received") late.push(acknowledge(1) as never);
      if (notice.progress.is !== "handled") late.push(answer(1) as never);
      for (const call of late) {
        expect(taken(notice, call, at(9))).toBe(notice);
        expect(postponed(notice, call, at(9))).toBe(notice);
        expect(refused(notice, call, "NOT_FOUND", at(9))).toBe(notice);
      }
    }
  });
});

// Any order of things that can happen to an agent.
const happening: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom("ACTION_REMOVE", "ACTION_SUSPEND", "ACTION_RESTORE" as const),
    )
    .map(([number, action]) => arrives(number, 9, action)),
  fc.constantFrom<Step>(
    (n) => begun(n),
    (n) => ended(n, done, at(9), MAX),
    (n) => ended(n, failed, at(9), MAX),
    (n) => ended(n, broughtBack, at(9), MAX),
    (n) => resumed(n, at(9)),
  ),
  fc.tuple(fc.constantFrom(acknowledge, answer), fc.integer({ min: 1, max: 6 })).chain(([call, number]) =>
    fc.constantFrom<Step>(
      (n) => taken(n, call(number), at(9)),
      (n) => postponed(n, call(number), at(9)),
      (n) => refused(n, call(number), "NOT_FOUND", at(9)),
    ),
  ),
);
const course = fc.array(happening, { maxLength: 60 });
const over: Progress["is"][] = ["answered", "suspended", "refused", "needs_person"];

test("whatever happens, a notice is due, runs, or has ended; and what waits is newer than what is in hand", () => {
  fc.assert(
    fc.property(course, (steps) => {
      const notice = after(received, ...steps);
      const { is } = notice.progress;
      expect(notice.dueAt !== undefined).toBe(is !== "handling" && !over.includes(is));
      if (notice.next !== undefined) {
        expect(notice.next.revision).toBeGreaterThan(notice.current.revision);
        expect(["handling", "handled"]).toContain(is);
      }
    }),
  );
});

test("whatever happens, the newest revision that came is kept, and no revision goes back", () => {
  fc.assert(
    fc.property(course, (steps) => {
      let notice = received;
      for (const step of steps) {
        const before = notice;
        notice = step(before);
        expect(notice.current.revision).toBeGreaterThanOrEqual(before.current.revision);
        expect((notice.next ?? notice.current).revision).toBeGreaterThanOrEqual(
          (before.next ?? before.current).revision,
        );
      }
    }),
  );
});

test("whatever happens, nothing is handled that was not acknowledged, nor answered that is not so", () => {
  fc.assert(
    fc.property(course, (steps) => {
      let notice = received;
      for (const step of steps) {
        const before = notice;
        notice = step(before);
        if (notice.progress === before.progress) continue;
        if (notice.progress.is === "handling") expect(before.progress.is).toBe("acknowledged");
        if (notice.progress.is === "handled" && before.progress.is === "received") {
          const { action } = notice.current;
          expect(action === "ACTION_RESTORE" ? before.untouched : before.done?.action === action).toBe(true);
        } else if (notice.progress.is === "handled" && before.progress.is !== "handled") {
          expect(before.progress.is).toBe("handling");
        }
        if (notice.progress.is === "answered") expect(before.progress.is).toBe("handled");
      }
    }),
  );
});
