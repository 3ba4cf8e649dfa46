import { expect, test } from "vitest";
import { drill } from "./drill.ts";
import { arrivalsOf } from "./load.ts";
import { tables } from "./table.ts";

// `npm run drill` lives through fourteen days.
test(
  "a day and a half of a hotline: every illegal report is noticed and gone, no picture is looked at three times",
  { timeout: 300_000 },
  async () => {
    const load = { days: 1, perDay: 12, seed: 7 };
    const { courses, views, decided } = await drill(load);
    expect(courses).toHaveLength(arrivalsOf(load).length);
    const illegal = courses.filter(({ kind }) => ["known", "unknown", "victim", "police", "danger"].includes(kind));
    expect(illegal.length).toBeGreaterThan(5);
    expect(illegal.filter(({ gone }) => gone === undefined)).toEqual([]);
    expect(courses.filter(({ kind, noticed }) => kind === "innocent" && noticed !== undefined)).toEqual([]);
    expect(courses.filter(({ kind, lane }) => kind === "known" && lane !== undefined)).toEqual([]);
    expect(courses.find(({ kind }) => kind === "unknown")?.police).toBeGreaterThanOrEqual(120);
    expect(views.most).toBeLessThanOrEqual(2);
    expect(decided).toBeGreaterThan(0);
    expect(tables(courses)).toContain("decided by a machine");
  },
);

test("the same seed is the same load, and people report by day", () => {
  const load = { days: 14, perDay: 40, seed: 1 };
  const arrivals = arrivalsOf(load);
  expect(arrivals).toEqual(arrivalsOf(load));
  const atNight = arrivals.filter(({ minute }) => Math.floor(minute / 60) % 24 < 7).length;
  expect(atNight / arrivals.length).toBeLessThan(0.15);
  expect(arrivals.filter(({ kind }) => kind === "unknown").length).toBeGreaterThan(
    new Set(arrivals.filter(({ kind }) => kind === "unknown").map(({ picture }) => picture)).size,
  );
});
