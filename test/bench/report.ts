import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";

/** One measured figure. `aim` and `met` are null where a figure is stated and nothing is aimed at. */
export interface Figure {
  figure: string;
  value: number;
  unit: string;
  aim: string | null;
  met: boolean | null;
}

export function atLeast(figure: string, value: number, unit: string, aim: number): Figure {
  return { figure, value, unit, aim: `≥ ${aim}`, met: value >= aim };
}

export function atMost(figure: string, value: number, unit: string, aim: number): Figure {
  return { figure, value, unit, aim: `≤ ${aim}`, met: value <= aim };
}

export function stated(figure: string, value: number, unit: string): Figure {
  return { figure, value, unit, aim: null, met: null };
}

/** Prints the figures as a table and writes them to test/output/bench/<name>.json. */
export function report(name: string, figures: readonly Figure[]): void {
  const machine = `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}`;
  console.log(`\n${name} on ${machine}\n\n| figure | value | aim | met |\n|---|---|---|---|`);
  for (const { figure, value, unit, aim, met } of figures) {
    const verdict = met === null ? "" : met ? "yes" : "NO";
    console.log(`| ${figure} | ${shown(value)} ${unit} | ${aim ?? "–"} | ${verdict} |`);
  }
  const folder = join(import.meta.dirname, "../output/bench");
  mkdirSync(folder, { recursive: true });
  const rounded = figures.map((figure) => ({ ...figure, value: Number(figure.value.toPrecision(4)) }));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(rounded, null, 2)}\n`);
}

/** The value below which a share (0 to 1) of the values lies; the values are reordered. */
export function quantile(values: number[] | Float64Array, share: number): number {
  const sorted = values.sort((a: number, b: number) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
