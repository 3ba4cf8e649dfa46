import { array, assert, constantFrom, integer, option, property, record } from "fast-check";
import { expect, test } from "vitest";
import { sheetFigures, type Sheet } from "./sheet.ts";

interface Row {
  kind: string;
  ms: number;
}

const sheet: Sheet<Row> = {
  group: "rows",
  over: () => true,
  definition: "Over all.",
  kindsOf: ({ kind }) => [kind],
  counts: [
    { name: "rows", definition: "All.", when: () => true },
    { name: "done", definition: "Those that are done.", when: ({ ms }) => Number.isFinite(ms) },
  ],
  shares: [{ name: "rate", definition: "The share of done in rows.", of: "done", among: "rows" }],
  times: [{ name: "time_{share}", definition: "the time it took.", ms: ({ ms }) => ms, watched: () => 5 }],
};

function made(parts: readonly (readonly Row[])[], one = sheet) {
  const steps = sheetFigures([one], parts);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

function valueOf(figures: ReturnType<typeof made>, name: string, of?: string) {
  return figures.find((figure) => figure.name === name && figure.of === of)?.value;
}

test("counts, shares and times are of all, and of each kind alone", () => {
  const figures = made([
    [
      { kind: "a", ms: 10 },
      { kind: "b", ms: NaN },
    ],
    [{ kind: "a", ms: 20 }],
  ]);
  expect(valueOf(figures, "rows")).toEqual({ kind: "count", count: 3 });
  expect(valueOf(figures, "rate", "b")).toEqual({ kind: "share", share: 0 });
  expect(valueOf(figures, "time_max", "a")).toEqual({ kind: "time", ms: 20 });
  expect(valueOf(figures, "time_median")).toEqual({ kind: "time", ms: 20 });
  expect(valueOf(figures, "time_p90")).toEqual({ kind: "not reached" });
  expect(valueOf(figures, "time_median_censored")).toEqual({ kind: "time", ms: 10 });
  expect(figures.every(({ group }) => group === "rows")).toBe(true);
});

test("of nothing there is nothing reached, and no kind", () => {
  const figures = made([]);
  expect(figures.map(({ of }) => of).filter(Boolean)).toEqual([]);
  expect([valueOf(figures, "rows"), valueOf(figures, "rate"), valueOf(figures, "time_max")]).toEqual([
    { kind: "count", count: 0 },
    { kind: "not reached" },
    { kind: "not reached" },
  ]);
});

test("clocks that are apart make no time shorter than none", () => {
  expect(valueOf(made([[{ kind: "a", ms: -9 }]]), "time_max")).toEqual({ kind: "time", ms: 0 });
});

const rows = array(record({ kind: constantFrom("a", "b"), ms: option(integer({ min: 0, max: 99 }), { nil: NaN }) }), {
  maxLength: 20,
});

test("wherever a part ends, and in whatever order rows come, the figures are the same; kinds add up to all", () => {
  assert(
    property(rows, integer({ min: 1, max: 5 }), (all, size) => {
      const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
      const whole = made([all]);
      expect(made(parts.toReversed())).toEqual(whole);
      const counted = (of?: string) => {
        const value = valueOf(whole, "done", of);
        return value?.kind === "count" ? value.count : 0;
      };
      expect(counted("a") + counted("b")).toBe(counted());
    }),
  );
});
