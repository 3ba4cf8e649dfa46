/** What a release changed that one approver let in, kept in the set's document as long as it counts. */
export interface LetIn {
  releaseId: string;
  time: Date;
  /** Entries that were in force before. */
  of: number;
  added: number;
  removed: number;
  reclassed: number;
  /** Absent: none. */
  revoted?: number;
  takenBack: number;
}

/** The same of several together; `of` is of the first. */
export type Lately = Omit<LetIn, "releaseId" | "time">;

const WITHIN_MS = 24 * 3_600_000;
/** More are told as fewer. */
const KEPT = 100;

interface Counted {
  letIn?: readonly LetIn[];
}

/** What one approver each let in within 24 hours, but for this release; undefined where nothing was. */
export function latelyIn(set: Counted, now: Date, but: string): Lately | undefined {
  const others = recentIn(set, now).filter(({ releaseId }) => releaseId !== but);
  return others.length === 0 ? undefined : others.reduce(together);
}

/** The set with one more; one that is noted already is told anew, and what it took back stays taken back. */
export function withLetIn<S extends Counted>(set: S, one: LetIn, now: Date): S & Counted {
  const recent = recentIn(set, now);
  const before = recent.find(({ releaseId }) => releaseId === one.releaseId);
  const takenBack = Math.max(one.takenBack, before?.takenBack ?? 0);
  const all = [...recent.filter((other) => other !== before), { ...one, takenBack }];
  const [first, second, ...rest] = all;
  const isMany = all.length > KEPT && first !== undefined && second !== undefined;
  return { ...set, letIn: isMany ? [together(first, second), ...rest] : all };
}

/** The set without one that two approved, or nobody did. */
export function withoutLetIn<S extends Counted>(set: S, releaseId: string): S | undefined {
  const letIn = set.letIn?.filter((one) => one.releaseId !== releaseId);
  return letIn === undefined || letIn.length === set.letIn?.length ? undefined : { ...set, letIn };
}

function recentIn({ letIn = [] }: Counted, now: Date): LetIn[] {
  return letIn.filter(({ time }) => now.getTime() - time.getTime() < WITHIN_MS);
}

function together(a: LetIn, b: LetIn): LetIn {
  const { releaseId, time } = b;
  const sum = (what: "added" | "removed" | "reclassed" | "revoted" | "takenBack") => (a[what] ?? 0) + (b[what] ?? 0);
  const counts = { added: sum("added"), removed: sum("removed"), reclassed: sum("reclassed"), revoted: sum("revoted") };
  return { releaseId, time, of: a.of, ...counts, takenBack: sum("takenBack") };
}
