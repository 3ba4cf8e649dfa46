import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  abroad,
  at,
  browser,
  contentOf,
  declared,
  missing,
  newTarget,
  picture,
  rules as oneEye,
  slotOf,
  timedOut,
} from "../../test/examples.ts";
import type { Eye } from "../fetch/eye.ts";
import type { Observation } from "./observation.ts";
import { asksToo, inTurn, mayLook, outcomeOf, type Slot } from "./slot.ts";
import type { NoticeMark, Target } from "./target-state.ts";
import { publishedFacts } from "./published-facts.ts";
import { decide } from "./target.ts";

const eyes = [browser, declared, abroad];
const rules = { ...oneEye, eyes };
type Said = Record<string, Observation>;
type Step = readonly [minute: number, said: Said, eyes?: readonly Eye[]];

const after = (target: Target, ...steps: Step[]): Target =>
  steps.reduce((state, [minute, said, who = eyes]) => decide(state, slotOf(at(minute), said, who), rules), target);

const seen = picture("identical");
const refused: Observation = { is: "BLIND", reason: "HTTP_REFUSED" };
const challenged: Observation = { is: "BLIND", reason: "CHALLENGE" };
const replaced = picture("other", contentOf(9));
const all = (observation: Observation): Said => ({ browser: observation, declared: observation, abroad: observation });

/** Seen by the browser at first, then by all. */
const present = after(newTarget(), [1, { browser: picture("first") }], [2, all(seen)]);
const mark: NoticeMark = { id: "n", version: 1, episode: 1, open: true, answers: 0 };

describe("who votes", () => {
  const says = (target: Target, said: Said, given: Partial<Slot> = {}) =>
    outcomeOf(target, { ...slotOf(at(9), said, given.eyes ?? eyes), ...given }).is;
  const byBrowser = after(newTarget(), [1, { browser: picture("first") }]);
  const byDeclared = after(newTarget(), [1, { declared: picture("first") }]);

  test("whoever saw it in this episode, and all while nobody has", () => {
    expect(says(byBrowser, { browser: missing, declared: challenged, abroad: challenged })).toBe("missed");
    expect(says(byBrowser, { ...all(missing), browser: challenged })).toBe("blind");
    const never = after(newTarget(), [1, { browser: timedOut }]);
    expect(says(never, { ...all(missing), abroad: challenged })).toBe("blind");
    expect(says(never, all(missing))).toBe("missed");
  });

  test("not those who are shown something else, once who saw beside them is out or no eye any more", () => {
    const away = after(present, [3, { browser: missing, declared: missing, abroad: seen }]);
    const home = { browser: missing, declared: missing };
    expect(away).toMatchObject({ phase: { is: "PRESENT" }, restrictedHere: true });
    expect(says(away, home, { eyes: [browser, declared], out: ["abroad"] })).toBe("nothing");
    expect(says(away, home, { eyes: [browser, declared] })).toBe("blind");
    expect(says(away, all(missing))).toBe("missed");
    // An eye of another name in its place votes as if nobody had seen.
    const far = { ...abroad, name: "far" };
    expect(says(away, { ...home, far: missing }, { eyes: [browser, declared, far] })).toBe("missed");
    expect(says(away, { ...home, far: challenged }, { eyes: [browser, declared, far] })).toBe("blind");
  });

  test("a blind one says enough, though others had no time left behind it", () => {
    expect(says(present, { browser: timedOut, declared: timedOut })).toBe("blind");
    expect(says(present, { browser: missing, declared: missing })).toBe("nothing");
    const hanging = Array.from({ length: 30 }, (_, hour): Step => [(hour + 1) * 60, { browser: timedOut }]);
    expect(after(present, ...hanging).phase).toMatchObject({ is: "UNSEEN", reason: "TIMED_OUT" });
  });

  test("one at least that asks as browsers do, and can see", () => {
    expect(says(byDeclared, { declared: missing, browser: challenged, abroad: missing })).toBe("missed");
    expect(says(byDeclared, { declared: missing, browser: challenged, abroad: timedOut })).toBe("blind");
    expect(says(byDeclared, { declared: missing }, { eyes: [declared] })).toBe("missed");
    expect(says(byDeclared, { declared: missing })).toBe("nothing");
  });

  test("an eye that is out has none; if nobody else saw it, nobody can tell", () => {
    const here = { eyes: [browser, declared], out: ["abroad"] };
    expect(says(present, { browser: missing, declared: missing }, here)).toBe("missed");
    const byAbroad = after(newTarget(), [1, { abroad: picture("first") }]);
    expect(says(byAbroad, { browser: missing, declared: missing }, here)).toBe("nothing");
  });

  test("votes do not outlive the episode", () => {
    const gone = after(present, [3, all(missing)], [4, all(missing)], [5, all(missing)]);
    const back = after(gone, [9, { browser: picture("same", contentOf(7, 1)) }]);
    expect(back).toMatchObject({ episode: 2, seen: { by: ["browser"] } });
    expect(Object.keys(back.views ?? {})).toEqual(["browser"]);
  });
});

describe("gone", () => {
  test("takes k slots in which every voter misses it", () => {
    const end = after(present, [3, all(missing)], [4, all(missing)], [5, all(missing)]);
    expect(end.phase).toMatchObject({ is: "GONE", strength: "ABSENT", singleVantage: false, goneTime: at(3) });
    expect(end.told?.map(({ eye }) => eye)).toEqual(
      Array.from({ length: 3 }, () => eyes.map(({ name }) => name)).flat(),
    );
  });

  test("is not said while one eye sees, whichever: they are shown different things", () => {
    for (const { name } of eyes) {
      const said = { ...all(missing), [name]: seen };
      const end = after(present, [3, said], [4, said], [5, said], [6, said]);
      expect(end).toMatchObject({ phase: { is: "PRESENT" }, seen: { last: at(6) } });
      const others = eyes.map((eye) => eye.name).filter((other) => other !== name);
      expect(end.cloaked?.map(({ eye }) => eye)).toEqual(others);
    }
  });

  test("a slot with a blind voter neither counts nor resets", () => {
    const blinded = { ...all(missing), declared: challenged };
    const two = after(present, [3, all(missing)], [4, blinded], [5, blinded], [6, all(missing)]);
    expect(two.phase).toMatchObject({ is: "SUSPECT_GONE", run: { slots: 2, first: at(3) } });
    expect(after(two, [7, all(missing)]).phase).toMatchObject({ is: "GONE", goneTime: at(3) });
  });

  test("a voter that could not get out makes the slot no observation", () => {
    const without: Said = { browser: missing, declared: missing };
    expect(outcomeOf(present, slotOf(at(3), without, eyes))).toEqual({ is: "nothing" });
    const end = after(present, [3, without], [4, without], [5, without]);
    expect(end.phase.is).toBe("PRESENT");
    expect(end.silent).toBeUndefined();
  });

  test("is replaced if one voter is shown something else", () => {
    const said = { ...all(missing), abroad: replaced };
    expect(after(present, [3, said], [4, said], [5, said]).phase).toMatchObject({ is: "GONE", strength: "REPLACED" });
  });

  test("seen by one network alone says so", () => {
    const here = [browser, declared];
    const said = { browser: missing, declared: missing };
    const end = after(present, [3, said, here], [4, said, here], [5, said, here]);
    expect(end.phase).toMatchObject({ is: "GONE", singleVantage: true });
  });

  test("a name that all looked up at one place is one vantage, by whatever networks they leave", () => {
    const nameless: Observation = { is: "ABSENT", reason: "NAME_NOT_FOUND" };
    const goneFor = (who: readonly Eye[]) =>
      after(present, [3, all(nameless), who], [4, all(nameless), who], [5, all(nameless), who]).phase;
    expect(goneFor(eyes)).toMatchObject({ is: "GONE", singleVantage: true });
    const far: Eye = { ...abroad, dns: ["192.0.2.53"] };
    expect(goneFor([browser, declared, far])).toMatchObject({ is: "GONE", singleVantage: false });
  });

  test("a person who saw it outranks the eyes, until one of them sees it", () => {
    const personSaw = { time: at(2), by: "assessor/ann" };
    const end = after({ ...present, personSaw }, [3, all(missing)], [4, all(missing)], [5, all(missing)]);
    expect(end.phase).toMatchObject({ is: "UNSEEN", reason: "PERSON_ONLY" });
    const again = after(end, [6, { browser: seen }], [7, all(missing)], [8, all(missing)], [9, all(missing)]);
    expect(again.phase.is).toBe("GONE");
  });

  test("no eye says it where only a person can see", () => {
    const end = after({ ...present, personOnly: true }, [3, all(missing)], [4, all(missing)], [5, all(missing)]);
    expect(end.phase).toMatchObject({ is: "UNSEEN", reason: "PERSON_ONLY" });
    expect(after(end, [6, all(seen)]).phase.is).toBe("PRESENT");
  });
});

test("two placeholders by turns are a host that plays, however often it repeats them", () => {
  const shown = (content: ReturnType<typeof contentOf>): Observation => ({
    is: "BLIND",
    reason: "UNSTABLE",
    other: content,
  });
  const end = after(present, [3, all(replaced)], [4, all(shown(contentOf(200)))]);
  expect(end.views?.["browser"]?.other).toEqual(contentOf(200));
});

describe("cloaked", () => {
  const cloaked = after(present, [3, { declared: refused, browser: seen }]);

  test("is said once, with what the eye was told", () => {
    expect(cloaked.cloaked).toEqual([{ eye: "declared", said: { is: "BLIND", reason: "HTTP_REFUSED" }, time: at(3) }]);
    expect(publishedFacts(cloaked)).not.toBe(publishedFacts(present));
    const again = after(cloaked, [4, { declared: refused, browser: seen }], [5, { browser: seen }]);
    expect(publishedFacts(again)).toBe(publishedFacts(cloaked));
  });

  test("ends when the eye sees again", () => {
    expect(after(cloaked, [4, { declared: seen }]).cloaked ?? []).toEqual([]);
  });

  test("a look in which nothing came through is none, two in a row are", () => {
    const once = after(present, [3, { declared: timedOut, browser: seen }]);
    expect(once.cloaked ?? []).toEqual([]);
    expect(after(once, [4, { declared: timedOut, browser: seen }]).cloaked).toHaveLength(1);
  });

  test("said of a sighting from before a provider's answer, it does not take the place of the next one", () => {
    const first = slotOf(at(3), { browser: seen }, eyes);
    const looks = [...first.looks, ...slotOf(at(3.2), { declared: refused }, eyes).looks];
    const told = decide({ ...present, answeredTime: at(3.1) }, { ...first, looks }, rules);
    expect(told).toMatchObject({ seen: { last: at(3) }, probedTime: at(3.2), cloaked: [{ eye: "declared" }] });
    const again = after(told, [4, { declared: refused, browser: seen }]);
    expect(again).toMatchObject({ seen: { last: at(4) }, probedTime: at(4) });
    expect(publishedFacts(after(again, [5, { declared: refused, browser: seen }]))).toBe(publishedFacts(again));
  });

  test("gone for every eye of this country and seen abroad is restricted here", () => {
    const restricted = after(present, [3, { browser: missing, declared: missing, abroad: seen }]);
    expect(restricted).toMatchObject({ phase: { is: "PRESENT" }, restrictedHere: true });
    expect(after(restricted, [4, { browser: seen }]).restrictedHere).toBe(false);
  });
});

describe("who asks", () => {
  test("eyes that name themselves wait until a notice has left", () => {
    const early = after(newTarget(), [1, { browser: picture("first") }]);
    expect(eyes.filter((eye) => mayLook(early, eye))).toEqual([browser, abroad]);
    expect(mayLook({ ...early, notices: [mark] }, declared)).toBe(false);
    expect(mayLook({ ...early, notices: [{ ...mark, offered: true }] }, declared)).toBe(true);
    expect(mayLook({ ...early, episode: 2, notices: [{ ...mark, offered: true }] }, declared)).toBe(false);
  });

  test("one that saw it in this episode keeps its vote, notice or not", () => {
    expect(mayLook(present, declared)).toBe(true);
  });

  test("one alone at the first look, whatever it says", () => {
    const [first] = slotOf(at(1), { browser: missing }).looks;
    if (first === undefined) throw new Error("no look");
    expect(asksToo(newTarget(), [], browser)).toBe(true);
    expect(asksToo(newTarget(), [first], abroad)).toBe(false);
  });

  test("others when the first does not see, or when they have not looked in this episode", () => {
    const looks = (observation: Observation) => slotOf(at(3), { browser: observation }, eyes).looks;
    expect(asksToo(present, looks(seen), declared)).toBe(false);
    expect(asksToo(present, looks(missing), declared)).toBe(true);
    const early = after(newTarget(), [1, { browser: picture("first") }]);
    expect(asksToo(early, looks(seen), declared)).toBe(true);
  });

  test("each first in its turn", () => {
    expect([0, 1, 2, 3].map((slot) => inTurn(eyes, slot)[0]?.name)).toEqual([
      "browser",
      "declared",
      "abroad",
      "browser",
    ]);
    expect(inTurn([], 7)).toEqual([]);
  });
});

describe("a person is asked", () => {
  const DAY = 24 * 60;
  const silence = (from: number, days: number): Step[] =>
    Array.from({ length: days * 24 + 1 }, (_, i) => [from + i * 60, all(timedOut)]);

  test("after a day of nothing, at once where a trusted channel reported it", () => {
    expect(after(present, ...silence(10, 0)).question).toBeUndefined();
    expect(after(present, ...silence(10, 1)).question).toMatchObject({ count: 1, openSince: at(10 + DAY) });
    const raised = after({ ...present, raised: true }, [10, all(timedOut)]);
    expect(raised).toMatchObject({ phase: { is: "PRESENT" }, question: { count: 1, openSince: at(10) } });
  });

  test("no more once an eye sees", () => {
    const asked = after(present, ...silence(10, 1));
    expect(after(asked, [10 + DAY + 60, { browser: seen }]).question?.openSince).toBeUndefined();
  });
});

const anyObservation = fc.constantFrom<Observation>(seen, missing, missing, replaced, refused, challenged, timedOut);
const anySlot = fc.record({
  browser: fc.option(anyObservation, { nil: undefined }),
  declared: fc.option(anyObservation, { nil: undefined }),
  abroad: fc.option(anyObservation, { nil: undefined }),
});

test("gone is never said while an eye sees it: k slots of nothing but misses by all that ever saw lie before it", () => {
  fc.assert(
    fc.property(fc.array(anySlot, { maxLength: 60 }), (slots) => {
      let target = present;
      let run = 0;
      slots.forEach((said, i) => {
        const given = Object.fromEntries(Object.entries(said).filter(([, one]) => one !== undefined)) as Said;
        const by = target.seen?.by ?? [];
        const votes = by.map((name) => given[name]?.is);
        const sees = Object.values(given).some(({ is }) => is === "SEEN");
        const counts = !sees && votes.every((vote) => vote === "ABSENT" || vote === "REPLACED");
        run = sees ? 0 : run + (counts ? 1 : 0);
        const next = after(target, [10 + i, given]);
        if (next.phase.is === "GONE" && target.phase.is !== "GONE") expect(run).toBeGreaterThanOrEqual(3);
        if (sees) expect(next.phase.is).toBe("PRESENT");
        target = next;
      });
    }),
  );
});
