import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { begun, ended, receive, resumed, taken, type Ending, type Notice, type Revision } from "./notice.ts";
import { waitsFor } from "./waits-for.ts";

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24) + seconds * 1000);
const MAX = 3;
type Action = NonNullable<Revision["action"]>;

const none = "CANNOT_COMPLY_REASON_UNSPECIFIED" as const;
const says = (outcome: "REMOVED" | "RESTORED" | "DISPUTED" | "ALREADY_GONE", seconds = 4) => ({
  outcome: `OUTCOME_${outcome}` as const,
  cannotComplyReason: none,
  measureTime: at(seconds),
});
const exits = (outcome: Parameters<typeof says>[0]): Ending => ({ is: "result", result: says(outcome) });

type Step = (notice: Notice | undefined) => Notice;

/** It comes and is acknowledged, if it has its turn. */
const told =
  (revision: number, action: Action, { hasHandler = true } = {}): Step =>
  (known) => {
    const payload = Uint8Array.of(revision);
    const kept = { revision, payload, signature: "", traceparent: "", receivedTime: at(0), action };
    const receipt = receive(known, "notice-1", kept, at(revision));
    const notice = receipt.is === "taken" ? receipt.notice : known;
    if (notice === undefined) throw new Error("a first revision is always taken");
    return taken(notice, { is: "acknowledge", revision: notice.current.revision }, at(revision), hasHandler);
  };
const known =
  (step: (notice: Notice) => Notice): Step =>
  (notice) => {
    if (notice === undefined) throw new Error("nothing has come yet");
    return step(notice);
  };
const begins = known(begun);
const ends = (ending: Ending) => known((notice) => ended(notice, ending, at(9), MAX));
const answers = known((notice) => {
  const { revision } = notice.current;
  const over = taken(notice, { is: "answer", revision }, at(10), true);
  return taken(over, { is: "acknowledge", revision: over.current.revision }, at(10), true);
});
const failed = ends({ is: "failed", failure: "ended with exit code 7" });
const given = (...steps: Step[]): Notice => {
  const notice = steps.reduce<Notice | undefined>((state, step) => step(state), undefined);
  if (notice === undefined) throw new Error("nothing came");
  return notice;
};

const asked = told(1, "ACTION_REMOVE");
const suspend = told(2, "ACTION_SUSPEND");
const reinstate = told(3, "ACTION_REMOVE");
const restore = told(3, "ACTION_RESTORE");
const removed = [asked, begins, ends(exits("REMOVED")), answers] as const;

describe("a suspension", () => {
  test("stops what was not begun: nothing is due until the next revision", () => {
    const notice = given(asked, suspend);
    expect(notice.progress).toEqual({ is: "suspended" });
    expect(notice).not.toHaveProperty("dueAt");
    expect(waitsFor(notice)).toBe("revision");
    expect(begun(notice)).toBe(notice);
    expect(resumed(notice, at(9))).toBe(notice);
  });

  test("stops what failed and would be tried again, and what needed a person", () => {
    expect(given(asked, begins, failed, suspend).progress.is).toBe("suspended");
    expect(given(asked, begins, failed, begins, failed, begins, failed, suspend).progress.is).toBe("suspended");
  });

  test("lets a handler that runs end, and its answer is told before it is in force", () => {
    const running = given(asked, begins, suspend);
    expect(running.progress.is).toBe("handling");
    const over = given(() => running, ends(exits("REMOVED")));
    expect(over).toMatchObject({ current: { revision: 1 }, progress: { is: "handled", result: says("REMOVED") } });
    expect(given(() => over, answers)).toMatchObject({ current: { revision: 2 }, progress: { is: "suspended" } });
  });

  test("is in force at once when the handler that ran failed, or died with the agent", () => {
    const acknowledged = known((n) => taken(n, { is: "acknowledge", revision: 2 }, at(9), true));
    expect(given(asked, begins, suspend, failed, acknowledged).progress.is).toBe("suspended");
    const again = known((n) => resumed(n, at(9)));
    expect(given(asked, begins, suspend, again, acknowledged).progress.is).toBe("suspended");
  });
});

describe("reinstated", () => {
  test("what was not begun is begun", () => {
    expect(given(asked, suspend, reinstate).progress).toEqual({ is: "acknowledged", attempts: 0, failures: 0 });
  });

  test("what is done is answered again as it was, and not done twice", () => {
    for (const before of [[...removed, suspend], [...removed]]) {
      const notice = given(...before, reinstate);
      expect(notice).toMatchObject({ current: { revision: 3 }, progress: { is: "handled", result: says("REMOVED") } });
    }
    const meanwhile = given(asked, begins, suspend, reinstate, ends(exits("REMOVED")), answers);
    expect(meanwhile).toMatchObject({ current: { revision: 3 }, progress: { is: "handled" } });
  });

  test("what was not carried out is asked of the handler again", () => {
    for (const outcome of ["DISPUTED", "ALREADY_GONE"] as const) {
      const notice = given(asked, begins, ends(exits(outcome)), answers, suspend, reinstate);
      expect(notice.progress.is, outcome).toBe("acknowledged");
    }
  });

  test("another action than was done is done, and so is the same one after a restoration", () => {
    expect(given(...removed, told(3, "ACTION_DISABLE_ACCESS")).progress.is).toBe("acknowledged");
    const back = given(...removed, restore, begins, ends(exits("RESTORED")), answers, told(4, "ACTION_REMOVE"));
    expect(back.progress.is).toBe("acknowledged");
  });
});

describe("asked to restore", () => {
  test("what was never begun is restored without a handler", () => {
    for (const notice of [given(asked, suspend, restore), given(restore), given(asked, restore)]) {
      expect(notice.progress).toEqual({ is: "handled", attempts: 0, result: says("RESTORED", 3), tries: 0 });
    }
  });

  test("what a handler was started for is the handler's to restore, however that one ended", () => {
    for (const before of [[asked, begins, failed], [...removed], [asked, begins, ends(exits("DISPUTED")), answers]]) {
      expect(given(...before, suspend, restore).progress.is).toBe("acknowledged");
      expect(given(...before, restore).progress.is).toBe("acknowledged");
    }
  });

  test("what people may have acted on, or release 0.2 began, is too", () => {
    const listed = told(1, "ACTION_REMOVE", { hasHandler: false });
    expect(given(listed, suspend, restore).progress.is).toBe("acknowledged");
    const of02 = known((notice) => {
      const kept = { ...notice };
      delete kept.untouched;
      return kept;
    });
    expect(given(asked, of02, restore).progress.is).toBe("acknowledged");
  });
});

test("whatever came before, nothing runs while the newest revision is a suspension that is on record", () => {
  const step = fc.constantFrom<Step>(
    begins,
    ends(exits("REMOVED")),
    failed,
    answers,
    known((n) => resumed(n, at(9))),
  );
  fc.assert(
    fc.property(fc.array(step), fc.array(step), (before, after) => {
      const notice = given(asked, ...before, suspend, ...after);
      const isBegun = notice.current.revision === 1;
      expect(isBegun ? ["handling", "handled"] : ["received", "suspended"]).toContain(notice.progress.is);
    }),
  );
});
