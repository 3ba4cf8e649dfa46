/** How much of each thing the stores hold. */
export interface Sizes {
  reports: number;
  targets: number;
  notices: number;
  providers: number;
  timelines: number;
  rows: number;
  listed: number;
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
};

export function scaled(sizes: Sizes, share: number): Sizes {
  const { reports, targets, notices, providers, timelines, rows, listed } = sizes;
  const part = (count: number) => Math.max(1, Math.round(count * share));
  return {
    reports: part(reports),
    targets: part(targets),
    notices: part(notices),
    providers: part(providers),
    timelines: part(timelines),
    rows: part(rows),
    listed: part(listed),
  };
}

/** How often a call is measured: in the short form of the benchmark only so often that it is known to work. */
export function callsFor({ reports }: Sizes): number {
  return Math.min(300, Math.max(10, Math.round(reports / 3000)));
}
