/** What a range is called among the releases of its set; `-2` and so on for one that is brought again. */
export function uploadName(name: string, { from, to }: { from: Date; to: Date }, attempt: number): string {
  return `${name}-${stamp(from)}-${stamp(to)}${attempt === 0 ? "" : `-${attempt + 1}`}`;
}

/** Whether a release is of this connector, and of a later time. */
export function isLaterThan(fileName: string, name: string, until: Date | undefined): boolean {
  if (!fileName.startsWith(`${name}-`)) return false;
  const [, to] = /^\d{8}T\d{6}Z-(\d{8}T\d{6}Z)(?:-\d+)?\.(?:csv|xml)$/.exec(fileName.slice(name.length + 1)) ?? [];
  return to !== undefined && (until === undefined || to > stamp(until));
}

const stamp = (time: Date) => time.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
