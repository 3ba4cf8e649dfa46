import fc from "fast-check";
import { expect, test } from "vitest";
import { caseOfReport, type Episode } from "./episode-of-report.ts";
import { later } from "../../test/facts.ts";

const first = { caseId: "one", goneTime: later(100) };
const second = { caseId: "two", goneTime: undefined };
const waiting = (seconds: number) => ({ caseId: "", receivedTime: later(seconds) });

test("a report joins the only case, also one whose material has gone", () => {
  expect(caseOfReport(waiting(1), [first])).toBe("one");
  expect(caseOfReport(waiting(200), [first])).toBe("one");
});

test("a report from before the material had gone belongs to the earlier case, a later one to the newer", () => {
  expect(caseOfReport(waiting(100), [first, second])).toBe("one");
  expect(caseOfReport(waiting(101), [first, second])).toBe("two");
});

test("a report that came back with the material leaves the case it had joined meanwhile", () => {
  expect(caseOfReport({ caseId: "one", receivedTime: later(101) }, [first, second])).toBe("two");
  expect(caseOfReport({ caseId: "two", receivedTime: later(99) }, [first, second])).toBe("one");
});

test("while the time of going is unknown a report stays where it is, and a new one joins the newest", () => {
  const unknown = { caseId: "one", goneTime: undefined };
  expect(caseOfReport({ caseId: "one", receivedTime: later(500) }, [unknown, second])).toBe("one");
  expect(caseOfReport(waiting(1), [unknown, second])).toBe("two");
});

test("a case that this handler does not know of is left alone", () => {
  expect(caseOfReport({ caseId: "three", receivedTime: later(1) }, [first, second])).toBe("three");
});

test("once every time is known the case depends on no order of events", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 300 }), fc.nat(), (steps, received, start) => {
      let at = 0;
      const ended: Episode[] = steps.map((step, index) => ({ caseId: `case-${index}`, goneTime: later((at += step)) }));
      const episodes = [...ended, { caseId: "newest", goneTime: undefined }];
      const home = caseOfReport(waiting(received), episodes);
      const link = { caseId: episodes[start % episodes.length]?.caseId ?? "", receivedTime: later(received) };
      expect(caseOfReport(link, episodes)).toBe(home);
      expect(caseOfReport({ ...link, caseId: home }, episodes)).toBe(home);
      const index = episodes.findIndex(({ caseId }) => caseId === home);
      expect(received > (index === 0 ? -1 : sum(steps.slice(0, index)))).toBe(true);
    }),
  );
});

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
