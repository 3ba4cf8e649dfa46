import { numbers } from "../numbers.ts";

/** What a report turns out to be. */
export type Kind = "known" | "unknown" | "innocent" | "dead" | "victim" | "words" | "police" | "danger";

/** One report that comes to the hotline: when, of what, and where that is hosted. */
export interface Arrival {
  minute: number;
  kind: Kind;
  /** Number of the picture; several addresses may show the same. */
  picture: number;
  path: string;
  provider: string;
}

export interface Load {
  days: number;
  perDay: number;
  seed: number;
}

/** Of a hundred reports of a national hotline. */
const SHARES: readonly (readonly [Kind, number])[] = [
  ["known", 40],
  ["unknown", 20],
  ["innocent", 18],
  ["dead", 14],
  ["victim", 2],
  ["words", 2],
  ["police", 2],
  ["danger", 2],
];
export const PROVIDERS = ["alpha", "beta", "gamma", "delta"] as const;
/** So many pictures are on the list before the first day. */
export const KNOWN_PICTURES = 12;
/** Of unknown pictures so many in ten are one that was reported before, at another address. */
const AGAIN_IN_TEN = 3;
const DAY_MINUTES = 1440;

/** The reports of some days, oldest first; the same for the same seed. Day 0 is a Monday. */
export function arrivalsOf({ days, perDay, seed }: Load): Arrival[] {
  const next = numbers(seed);
  const unknown: number[] = [];
  return Array.from({ length: days * perDay }, (_, n) => ({ n, minute: minuteOf(next, days) }))
    .toSorted((a, b) => a.minute - b.minute)
    .map(({ minute }, n): Arrival => {
      const kind = kindOf(next() * 100);
      const provider = PROVIDERS[Math.floor(next() * PROVIDERS.length)] ?? "alpha";
      return { minute, kind, provider, picture: pictureOf(kind, n, next, unknown), path: `/report-${n}.jpg` };
    });
}

// People report by day and in the evening, a little less at the weekend.
function minuteOf(next: () => number, days: number): number {
  for (;;) {
    const minute = Math.floor(next() * days * DAY_MINUTES);
    const hour = Math.floor(minute / 60) % 24;
    const weekend = Math.floor(minute / DAY_MINUTES) % 7 > 4;
    const weight = (hour < 7 ? 0.15 : hour < 17 ? 0.8 : 1) * (weekend ? 0.7 : 1);
    if (next() < weight) return minute;
  }
}

function kindOf(percent: number): Kind {
  let sum = 0;
  return SHARES.find(([, share]) => percent < (sum += share))?.[0] ?? "innocent";
}

function pictureOf(kind: Kind, n: number, next: () => number, unknown: number[]): number {
  if (kind === "known") return Math.floor(next() * KNOWN_PICTURES);
  const again = unknown[Math.floor(next() * unknown.length)];
  if (kind === "unknown" && again !== undefined && next() * 10 < AGAIN_IN_TEN) return again;
  const picture = 1000 + n;
  if (kind === "unknown") unknown.push(picture);
  return picture;
}
