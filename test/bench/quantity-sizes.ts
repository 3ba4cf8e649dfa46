/** How much of each thing the stores hold. */
export interface Sizes {
  reports: number;
  targets: number;
  notices: number;
  providers: number;
  timelines: number;
  rows: number;
  listed: number;
  /** Entries of one list that people look at, revocations of it, and the sets that there are. */
  lists: number;
  revocations: number;
  sets: number;
}

/** A country: what ten years of a national hotline leave behind. */
export const country: Sizes = {
  reports: 1_000_000,
  targets: 300_000,
  notices: 100_000,
  providers: 10_000,
  timelines: 1_000_000,
  rows: 1_000_000,
  listed: 1_000_000,
  lists: 1_000_000,
  revocations: 100_000,
  sets: 1000,
};

export function scaled(sizes: Sizes, share: number): Sizes {
  const part = ([name, count]: [string, number]) => [name, Math.max(1, Math.round(count * share))] as const;
  return { ...sizes, ...Object.fromEntries(Object.entries(sizes).map(part)) };
}

/** How often a call is measured: in the short form of the benchmark only so often that it is known to work. */
export function callsFor({ reports }: Sizes): number {
  return Math.min(300, Math.max(10, Math.round(reports / 3000)));
}
