import { censoredPercentile } from "../scorecard/censored.ts";
import { percentile } from "../scorecard/percentile.ts";
import type { FigureValue, ScoreFigure } from "../scorecard/scorecard.ts";

/** Figures that belong together, over one kind of row. */
export interface Sheet<N> {
  group: string;
  over: (row: N) => boolean;
  /** Over whom times are taken, in words. */
  definition: string;
  /** Beside all of them together, those of each of these alone; a row may be of several. */
  kindsOf?: (row: N) => readonly string[];
  counts: readonly SheetCount<N>[];
  shares?: readonly SheetShare[];
  times?: readonly SheetTime<N>[];
}

export interface SheetCount<N> {
  name: string;
  definition: string;
  when: (row: N) => boolean;
}

/** One count of the sheet as a share of another. */
export interface SheetShare {
  name: string;
  definition: string;
  of: string;
  among: string;
}

export interface SheetTime<N> {
  /** `{share}` stands for median, p90 or max. */
  name: string;
  definition: string;
  /** In ms; NaN or Infinity: it has not happened yet. */
  ms: (row: N) => number;
  /** Of one to which it has not happened: for how long it was watched, in ms. Adds the estimate of Kaplan and Meier. */
  watched?: (row: N) => number;
}

const SHARES = [
  { word: "median", share: 0.5, sentence: "Median" },
  { word: "p90", share: 0.9, sentence: "90th percentile" },
  { word: "max", share: 1, sentence: "Longest" },
] as const;

/** All figures of the sheets over rows that are given in parts; yields after each part. */
export function* sheetFigures<N>(
  sheets: readonly Sheet<N>[],
  parts: Iterable<readonly N[]>,
): Generator<void, ScoreFigure[]> {
  const sums = sheets.map((sheet) => ({ sheet, all: sumOf(sheet), kinds: new Map<string, Sum>() }));
  for (const part of parts) {
    for (const { sheet, all, kinds } of sums) {
      const rows = part.filter(sheet.over);
      add(sheet, all, rows);
      for (const [kind, some] of byKind(sheet, rows)) {
        const sum = kinds.get(kind) ?? sumOf(sheet);
        kinds.set(kind, sum);
        add(sheet, sum, some);
      }
    }
    yield;
  }
  return sums.flatMap(({ sheet, all, kinds }) => {
    const each = [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return [...figuresOf(sheet, all), ...each.flatMap(([of, sum]) => figuresOf(sheet, sum, of))];
  });
}

interface Sum {
  counts: number[];
  /** Of each time, sorted parts. */
  times: Float64Array[][];
  watched: number[][];
}

function sumOf<N>({ counts, times = [] }: Sheet<N>): Sum {
  return { counts: counts.map(() => 0), times: times.map(() => []), watched: times.map(() => []) };
}

function add<N>({ counts, times = [] }: Sheet<N>, sum: Sum, rows: readonly N[]): void {
  if (rows.length === 0) return;
  for (const [i, { when }] of counts.entries()) sum.counts[i] = (sum.counts[i] ?? 0) + rows.filter(when).length;
  for (const [i, { ms, watched }] of times.entries()) {
    sum.times[i]?.push(Float64Array.from(rows, (row) => whole(ms(row))).sort());
    if (watched === undefined) continue;
    for (const row of rows) if (whole(ms(row)) === Infinity) sum.watched[i]?.push(Math.max(0, watched(row)));
  }
}

// What two services told whose clocks are apart takes no time less than none.
function whole(ms: number): number {
  return Number.isNaN(ms) ? Infinity : Math.max(0, ms);
}

function byKind<N>({ kindsOf }: Sheet<N>, rows: readonly N[]): Map<string, N[]> {
  const found = new Map<string, N[]>();
  if (kindsOf === undefined) return found;
  for (const row of rows) {
    for (const kind of kindsOf(row)) {
      const some = found.get(kind);
      if (some === undefined) found.set(kind, [row]);
      else some.push(row);
    }
  }
  return found;
}

function figuresOf<N>(sheet: Sheet<N>, sum: Sum, of?: string): ScoreFigure[] {
  const { group, counts, shares = [], times = [] } = sheet;
  const about = { group, ...(of !== undefined && { of }) };
  const counted = (name: string) => sum.counts[counts.findIndex((count) => count.name === name)] ?? 0;
  return [
    ...counts.map(({ name, definition }): ScoreFigure => {
      return { ...about, name, definition, value: { kind: "count", count: counted(name) } };
    }),
    ...shares.map(({ name, definition, of: part, among }): ScoreFigure => {
      const all = counted(among);
      const value: FigureValue = all === 0 ? { kind: "not reached" } : { kind: "share", share: counted(part) / all };
      return { ...about, name, definition, value };
    }),
    ...times.flatMap((time, i) => timesOf(time, sheet.definition, sum, i).map((one) => ({ ...about, ...one }))),
  ];
}

function timesOf<N>({ name, definition, watched }: SheetTime<N>, over: string, sum: Sum, i: number) {
  const parts = sum.times[i] ?? [];
  const ranked = SHARES.map(({ word, share, sentence }) => ({
    name: name.replace("{share}", word),
    definition: `${sentence} of ${definition} ${over} Nearest rank.`,
    value: timeOf(percentile(parts, share)),
  }));
  if (watched === undefined) return ranked;
  const happened = Float64Array.from(parts.flatMap((part) => [...part].filter(Number.isFinite))).sort();
  const others = Float64Array.from(sum.watched[i] ?? []).sort();
  const censored = SHARES.filter(({ share }) => share < 1).map(({ word, share, sentence }) => ({
    name: `${name.replace("{share}", word)}_censored`,
    definition: `${sentence} of ${definition} By the estimate of Kaplan and Meier, over the same: one to which it has not happened is watched until as_of_time, one that cannot be observed until the last look that could see.`,
    value: timeOf(censoredPercentile(happened, others, share)),
  }));
  return [...ranked, ...censored];
}

function timeOf(ms: number | undefined): FigureValue {
  return ms === undefined ? { kind: "not reached" } : { kind: "time", ms };
}
