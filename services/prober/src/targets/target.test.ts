import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  at,
  contentOf,
  looked,
  missing,
  newTarget,
  page,
  pageInstead,
  picture,
  timedOut,
} from "../../test/examples.ts";
import type { Reason, Target } from "./target-state.ts";
import type { Observation } from "./observation.ts";
import { isNeverSeen, publishedFacts } from "./published-facts.ts";
import { closed, probeFailed } from "./target.ts";

type Step = readonly [minute: number, observation: Observation];

const after = (target: Target, ...steps: Step[]): Target =>
  steps.reduce((state, [minute, observation]) => looked(state, observation, at(minute)), target);
const present = after(newTarget(), [1, picture("first")]);
const gone = after(present, [2, missing], [3, missing], [4, missing]);

describe("the first look", () => {
  test("a picture is present, first and last seen now", () => {
    expect(present).toMatchObject({ episode: 1, phase: { is: "PRESENT" }, seen: { first: at(1), last: at(1) } });
    expect(present.seen?.content.revision).toBe(1);
    expect(present).toMatchObject({ probedTime: at(1), resolvedIp: "192.0.2.1" });
  });

  test("what is no picture is not media, by its reason", () => {
    expect(after(newTarget(), [1, page("first")]).phase).toEqual({ is: "NOT_MEDIA", reason: "NOT_A_PICTURE" });
  });

  test("no answer is unreachable, by the reason it began with", () => {
    const refused: Observation = { is: "BLIND", reason: "REFUSED" };
    const target = after(newTarget(), [1, timedOut], [2, refused]);
    expect(target.phase).toEqual({ is: "UNREACHABLE", reason: "TIMED_OUT" });
    expect(target.probedTime).toEqual(at(1));
  });

  test("a miss is suspected, and after four slots gone without ever having been seen", () => {
    const target = after(newTarget(), [1, missing], [2, missing], [3, missing]);
    expect(target.phase).toMatchObject({ is: "SUSPECT_GONE", reason: "HTTP_NOT_FOUND" });
    expect(isNeverSeen(target)).toBe(true);
    const end = after(target, [4, missing]);
    expect(end.phase).toMatchObject({ is: "GONE", reason: "HTTP_NOT_FOUND", goneTime: at(1), strength: "ABSENT" });
    expect(end.seen).toBeUndefined();
    expect(isNeverSeen(end)).toBe(true);
  });
});

describe("gone", () => {
  test("is said after misses in k distinct slots, as of the first one", () => {
    expect(after(present, [2, missing], [3, missing]).phase.is).toBe("SUSPECT_GONE");
    expect(gone.phase).toEqual({
      is: "GONE",
      reason: "HTTP_NOT_FOUND",
      goneTime: at(2),
      strength: "ABSENT",
      singleVantage: true,
    });
    expect(gone.seen?.last).toEqual(at(1));
  });

  test("many misses within one slot are one", () => {
    const target = after(present, [2, missing], [2.1, missing], [2.5, missing], [2.9, missing]);
    expect(target.phase).toMatchObject({ is: "SUSPECT_GONE", run: { slots: 1 } });
  });

  test("a sighting of the same material ends the run of misses", () => {
    const target = after(present, [2, missing], [3, missing], [4, picture("same")], [5, missing], [6, missing]);
    expect(target.phase).toMatchObject({ is: "SUSPECT_GONE", run: { first: at(5), slots: 2 } });
  });

  test("a time-out leaves the run as it is", () => {
    const target = after(present, [2, missing], [3, timedOut], [4, timedOut], [5, missing]);
    expect(target.phase).toMatchObject({ is: "SUSPECT_GONE", run: { first: at(2), slots: 2 } });
  });

  test("other content is a miss of its own reason", () => {
    const target = after(present, [2, picture("other")], [3, missing], [4, picture("other")]);
    expect(target.phase).toMatchObject({ is: "GONE", reason: "OTHER_CONTENT", goneTime: at(2) });
  });

  test("what cannot be judged is neither sighting nor miss: a person is asked after k slots", () => {
    const broken: Observation = { is: "BLIND", reason: "PICTURE_BROKEN" };
    expect(after(present, [2, broken], [2.5, broken], [3, broken])).toMatchObject({ phase: { is: "PRESENT" } });
    expect(after(present, [2, broken], [3, broken], [4, broken])).toMatchObject({
      phase: { is: "UNSEEN", reason: "PICTURE_BROKEN", since: at(2) },
      seen: { last: at(1) },
      question: { count: 1, openSince: at(4) },
    });
  });

  test("a page that its host shows for what does not exist is gone, as replaced", () => {
    const end = after(present, [2, pageInstead], [3, pageInstead], [4, pageInstead]);
    expect(end.phase).toMatchObject({ is: "GONE", reason: "OTHER_CONTENT", strength: "REPLACED" });
  });

  test("a report that comes after it is answered by a confirmation, once", () => {
    const asked = { ...gone, reportedTime: at(10) };
    const confirmed = after(asked, [11, missing]);
    expect(publishedFacts(confirmed)).not.toBe(publishedFacts(asked));
    expect(confirmed).toMatchObject({ episode: 1, phase: gone.phase, probedTime: at(11) });
    expect(publishedFacts(after(confirmed, [12, missing]))).toBe(publishedFacts(confirmed));
  });
});

describe("no answer on end", () => {
  const silence = (from: number, to: number, every: number): Step[] =>
    Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => [from + i * every, timedOut]);
  const DAY = 24 * 60;

  test("for 24 hours is a person's question, and never gone", () => {
    expect(after(present, ...silence(10, DAY, 15)).phase.is).toBe("PRESENT");
    const end = after(present, ...silence(10, DAY + 10, 15), [DAY + 10, timedOut]);
    expect(end).toMatchObject({ phase: { is: "UNSEEN", reason: "TIMED_OUT", since: at(10) }, lastLook: at(1) });
    expect(after(end, ...silence(DAY + 60, 90 * DAY, 60)).phase.is).toBe("UNSEEN");
    expect(after(end, [DAY + 20, picture("same")]).phase.is).toBe("PRESENT");
  });

  test("is a person's question, too, when nothing was ever seen", () => {
    expect(after(newTarget(), ...silence(10, DAY, 60)).phase.is).toBe("UNREACHABLE");
    expect(after(newTarget(), ...silence(10, 3 * DAY, 60)).phase.is).toBe("UNSEEN");
  });

  test("keeps the misses that were counted before it", () => {
    const unseen = after(present, [2, missing], [3, missing], ...silence(10, DAY + 10, 15));
    expect(unseen.phase).toMatchObject({ is: "UNSEEN", run: { slots: 2 } });
    expect(after(unseen, [DAY + 20, missing]).phase).toMatchObject({
      is: "GONE",
      reason: "HTTP_NOT_FOUND",
      goneTime: at(2),
    });
  });

  test("begins anew after an answer, and after an outage of our own", () => {
    expect(after(present, ...silence(10, DAY, 60), [DAY + 1, picture("same")], [DAY + 20, timedOut]).phase.is).toBe(
      "PRESENT",
    );
    expect(after(present, [10, timedOut], [10 + DAY, timedOut]).phase.is).toBe("PRESENT");
  });
});

describe("a new episode", () => {
  test("opens when the same material is there again after gone", () => {
    const back = after(gone, [100, picture("same", contentOf(1, 0))]);
    expect(back).toMatchObject({ episode: 2, phase: { is: "PRESENT" }, seen: { first: at(100), last: at(100) } });
    expect(back.seen?.content.revision).toBe(2);
  });

  test("opens when a picture is there that was never seen before", () => {
    const never = after(newTarget(), [1, missing], [2, missing], [3, missing], [4, missing], [9, picture("first")]);
    expect(never).toMatchObject({ episode: 2, phase: { is: "PRESENT" } });
  });

  test("does not open for other content that nobody asks for", () => {
    expect(after(gone, [100, picture("other")], [101, picture("other")])).toMatchObject({
      episode: 1,
      phase: { is: "GONE" },
    });
  });

  test("opens for other content that a later report asks for, once the known is said to be gone", () => {
    const other = picture("other", contentOf(3));
    const swapped = after({ ...present, reportedTime: at(5) }, [6, other]);
    expect(swapped).toMatchObject({ episode: 1, phase: { is: "GONE", reason: "OTHER_CONTENT", goneTime: at(6) } });
    const next = after(swapped, [6, other]);
    expect(next).toMatchObject({ episode: 2, phase: { is: "PRESENT" }, seen: { first: at(6) } });
    expect(next.seen?.content.fingerprints).toEqual(contentOf(3).fingerprints);
  });

  test("never shortens the k slots while a notice is out", () => {
    const notices = [{ id: "n", version: 1, episode: 1, open: true, answers: 0 }];
    const swapped = after({ ...present, notices }, [6, picture("other")]);
    const asked = after({ ...swapped, reportedTime: at(6.5) }, [7, picture("other")]);
    expect(asked).toMatchObject({ episode: 1, phase: { is: "SUSPECT_GONE", run: { slots: 2 } } });
    expect(after(asked, [8, picture("other")], [8, picture("other")])).toMatchObject({ episode: 2 });
  });

  test("opens for a placeholder only when it is reported after its first sight", () => {
    const noticed = {
      ...present,
      notices: [{ id: "n", version: 1, episode: 1, open: true, answers: 0 }],
      reportedTime: at(1.5),
    };
    const other = picture("other");
    const removed = after(noticed, [2, other], [3, other], [4, other], [5, other]);
    expect(removed).toMatchObject({ episode: 1, phase: { is: "GONE" } });
    expect(after({ ...removed, reportedTime: at(6) }, [7, other])).toMatchObject({ episode: 2 });
  });
});

describe("what is still there", () => {
  test("a re-encoded picture is the same material with a new revision", () => {
    const again = after(present, [2, picture("same", contentOf(7, 1))]);
    expect(again).toMatchObject({ phase: { is: "PRESENT" }, seen: { first: at(1), last: at(2) } });
    expect(again.seen?.content.revision).toBe(2);
    expect(publishedFacts(again)).not.toBe(publishedFacts(present));
  });

  test("the first sighting after a provider's answer is news, the next one is not", () => {
    const answered = { ...present, answeredTime: at(3) };
    const seenStill = after(answered, [4, picture("identical")]);
    expect(publishedFacts(seenStill)).not.toBe(publishedFacts(answered));
    expect(seenStill).toMatchObject({ probedTime: at(4), phase: { is: "PRESENT" }, seen: { last: at(4) } });
    const again = after(seenStill, [5, picture("identical")]);
    expect(publishedFacts(again)).toBe(publishedFacts(seenStill));
  });

  test("another sighting of the same bytes is no news", () => {
    const again = after(present, [2, picture("identical")]);
    expect(again.seen?.last).toEqual(at(2));
    expect(publishedFacts(again)).toBe(publishedFacts(present));
  });

  test("the same bytes that could not be decoded this time are still the picture", () => {
    const late: Observation = { ...page("same"), as: { is: "NOT_MEDIA", reason: "DECODE_TIMED_OUT" } } as Observation;
    const again = after(present, [2, late]);
    expect(again).toMatchObject({ phase: { is: "PRESENT" }, seen: { last: at(2), content: present.seen?.content } });
  });

  test("a page that was gone and answers with other bytes is a person's question, asked once", () => {
    const away = after(newTarget(), [1, page("first")], [2, missing], [3, missing], [4, missing]);
    expect(away.phase.is).toBe("GONE");
    const back = after(away, [9, pageInstead], [10, pageInstead]);
    expect(back).toMatchObject({ episode: 1, phase: { is: "GONE" }, question: { count: 1, openSince: at(9) } });
    expect(after(gone, [9, pageInstead]).question).toBeUndefined();
  });

  test("a page that changes is still there; a picture in its place is present in the same episode", () => {
    const notMedia = after(newTarget(), [1, page("first")], [2, missing], [3, page("other", contentOf(5))]);
    expect(notMedia).toMatchObject({ phase: { is: "NOT_MEDIA" }, seen: { last: at(3), content: { revision: 2 } } });
    expect(after(notMedia, [4, picture("first")])).toMatchObject({ episode: 1, phase: { is: "PRESENT" } });
  });
});

describe("failed and closed", () => {
  test("a target whose probes come to no end waits for a person, and recovers", () => {
    const failed = probeFailed(present, at(5));
    expect(failed.phase).toEqual({ is: "UNREACHABLE", reason: "PROBE_FAILED" });
    expect(after(failed, [6, picture("same")])).toMatchObject({ episode: 1, phase: { is: "PRESENT" } });
    expect(after(failed, [6, timedOut]).phase).toEqual({ is: "UNREACHABLE", reason: "TIMED_OUT" });
    expect(probeFailed(gone, at(5)).phase).toEqual(gone.phase);
  });

  test("what is closed is taken up where it was", () => {
    expect(after(closed(present, at(5)), [6, picture("same")])).toMatchObject({ episode: 1, phase: { is: "PRESENT" } });
    expect(after(closed(gone, at(5)), [6, picture("same")])).toMatchObject({ episode: 2, phase: { is: "PRESENT" } });
  });
});

const anyObservation = fc.constantFrom<Observation>(
  picture("identical"),
  picture("same", contentOf(7, 1)),
  picture("other", contentOf(9)),
  pageInstead,
  missing,
  timedOut,
);
// By the second: of all fractions of an hour that there are nearly all are next to nothing.
const anySteps = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 36_000 }), anyObservation), { maxLength: 60 })
  .map((steps) => steps.toSorted(([a], [b]) => a - b).map(([second, o]) => [10 + second / 60, o] as const));

describe("whatever is observed", () => {
  test("gone is never said with fewer than k distinct slots of misses since the last sighting", () => {
    fc.assert(
      fc.property(anySteps, fc.option(fc.integer({ min: 0, max: 600 })), (steps, reported) => {
        // A report may ask for whatever it likes while a notice is out.
        const notices = reported === null ? [] : [{ id: "n", version: 1, episode: 1, open: true, answers: 0 }];
        let target: Target = { ...present, notices, reportedTime: at(reported ?? 0) };
        let slots = new Set<number>();
        for (const [minute, observation] of steps) {
          const next = after(target, [minute, observation]);
          const same = observation.is === "SEEN";
          const isMiss = observation.is === "ABSENT" || observation.is === "REPLACED";
          if (isMiss) slots.add(Math.floor(minute));
          if (same) slots = new Set();
          if (target.phase.is !== "GONE" && next.phase.is === "GONE") expect(slots.size).toBeGreaterThanOrEqual(3);
          if (next.episode > target.episode) slots = new Set();
          target = { ...next, notices: notices.map((notice) => ({ ...notice, episode: next.episode })) };
        }
      }),
    );
  });

  test("the first sighting after a provider's answer is told, whatever was told before", () => {
    fc.assert(
      fc.property(anySteps, fc.integer({ min: 1, max: 600 }), (steps, answered) => {
        const isLater = ([minute]: Step) => minute > answered;
        const later = steps.filter(isLater);
        const until = later.findIndex(([, { is }]) => is === "SEEN");
        const known = after(present, ...steps.filter((step) => !isLater(step)));
        const target = after({ ...known, answeredTime: at(answered) }, ...later.slice(0, until + 1));
        if (until !== -1) expect(target.probedTime).toEqual(target.seen?.last);
      }),
    );
  });

  test("the gone interval begins at the last sighting and ends at a miss after it", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const target = after(present, ...steps);
        if (target.phase.is === "GONE")
          expect(target.phase.goneTime.getTime()).toBeGreaterThanOrEqual(target.seen?.last.getTime() ?? 0);
      }),
    );
  });

  test("the episode never falls, and rises only from gone", () => {
    fc.assert(
      fc.property(anySteps, fc.integer({ min: 0, max: 600 }), (steps, reported) => {
        let target: Target = { ...present, reportedTime: at(reported) };
        for (const step of steps) {
          const next = after(target, step);
          expect([0, 1]).toContain(next.episode - target.episode);
          if (next.episode > target.episode) expect(target.phase.is).toBe("GONE");
          target = next;
        }
      }),
    );
  });

  test("silence never makes gone, however long it lasts and wherever the clock is moved", () => {
    const reason = fc.constantFrom("TIMED_OUT", "CHALLENGE", "HTTP_REFUSED", "PICTURE_BROKEN", "WALL");
    const looks = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 * 24 * 60 }), reason));
    fc.assert(
      fc.property(looks, (found) => {
        const steps = found.map(([minute, why]): Step => [10 + minute, { is: "BLIND", reason: why as Reason }]);
        expect(["PRESENT", "UNSEEN"]).toContain(after(present, ...steps).phase.is);
      }),
    );
  });

  test("catching up after an outage of any length is one slot", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 10_000 }),
        fc.array(fc.integer({ min: 0, max: 59 }).map((second) => second / 60)),
        (minute, parts) => {
          const steps = parts.toSorted((a, b) => a - b).map((part) => [minute + part, missing] as const);
          const target = after(present, ...steps);
          expect(target.phase.is).toBe(parts.length === 0 ? "PRESENT" : "SUSPECT_GONE");
        },
      ),
    );
  });

  test("the revision of the content never falls", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        let revision = 0;
        let target = present;
        for (const step of steps) {
          target = after(target, step);
          expect(target.seen?.content.revision).toBeGreaterThanOrEqual(revision);
          revision = target.seen?.content.revision ?? 0;
        }
      }),
    );
  });
});
