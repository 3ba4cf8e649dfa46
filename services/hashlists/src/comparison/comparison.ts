import type { QuarantineReason } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { AddedImpact, RemovedImpact, TakenBackImpact } from "@ntd/proto/hashlists/v1/impact";
import type { Drawn } from "../impact/drawing.ts";
import type { Kind } from "../chunks/chunk-kinds.ts";
import { counted } from "../releases/counted.ts";
import type { Lately } from "../releases/let-in.ts";

/** What a release would change in what is in force. */
export interface Comparison {
  /** With which it was compared; "": nothing was in force. */
  activeReleaseId: string;
  activeEntryCount: number;
  /** The set's newest restoration then; absent: none. */
  restoredCounter?: number;
  added: number;
  removed: number;
  /** The same hashes, told differently; and of these those of another class. */
  changed: number;
  reclassed: number;
  /** And of these those of which machines may decide now, or may no more, by their votes; absent: none. */
  revoted?: number;
  /** What its lines take back and was not taken back yet; absent where they take back nothing. */
  takenBack?: number;
  /** The kinds of which most is other. */
  kinds: KindComparison[];
  time: Date;
  /** Some of what is other; absent in comparisons of earlier releases. */
  drawn?: Drawn;
  /** What stands on what it removes, and what it adds would meet; absent: not known. */
  removedImpact?: RemovedImpact;
  addedImpact?: AddedImpact;
  /** Of the lines that take entries back, by their causes. */
  takenBackImpacts?: TakenBackImpact[];
  /** When that was asked last. */
  impactAskedTime?: Date;
}

export interface KindComparison extends Kind {
  added: number;
  removed: number;
  changed: number;
}

/** Kinds that are named. */
const NAMED = 50;
/** Kinds that are counted by themselves: a list has a few classes, and whoever makes up a million fills no memory. */
const COUNTED = 10_000;

/** Counts what is other. */
export class Counting {
  readonly #kinds = new Map<string, KindComparison>();
  #reclassed = 0;
  #revoted = 0;

  added(kind: Kind, count = 1): void {
    this.#of(kind).added += count;
  }

  removed(kind: Kind): void {
    this.#of(kind).removed++;
  }

  changed(kind: Kind, before: Kind): void {
    this.#of(kind).changed++;
    if (kind.scheme !== before.scheme || kind.code !== before.code) this.#reclassed++;
  }

  revoted(): void {
    this.#revoted++;
  }

  end(active: Pick<Comparison, "activeReleaseId" | "activeEntryCount">, time: Date): Comparison {
    const all = [...this.#kinds.values()];
    const sum = (what: "added" | "removed" | "changed") => all.reduce((total, kind) => total + kind[what], 0);
    const counts = {
      added: sum("added"),
      removed: sum("removed"),
      changed: sum("changed"),
      reclassed: this.#reclassed,
      ...(this.#revoted > 0 && { revoted: this.#revoted }),
    };
    const kinds = all.toSorted((a, b) => otherIn(b) - otherIn(a)).slice(0, NAMED);
    return { ...active, ...counts, kinds, time };
  }

  #of({ algorithm, scheme, code }: Kind): KindComparison {
    // No class holds a line's end.
    const key = `${algorithm}\n${scheme}\n${code}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    if (this.#kinds.size >= COUNTED && scheme !== "") return this.#of({ algorithm, scheme: "", code: "" });
    const kind = { algorithm, scheme, code, added: 0, removed: 0, changed: 0 };
    this.#kinds.set(key, kind);
    return kind;
  }
}

function otherIn({ added, removed, changed }: KindComparison): number {
  return added + removed + changed;
}

/**
 * Shares of what is in force, beyond which one approver is not enough. What is taken back is out of every release,
 * whatever is in force.
 */
const LIMITS = [
  { reason: "QUARANTINE_REASON_SHRINKS", what: "removed", percent: 10, does: "removes" },
  { reason: "QUARANTINE_REASON_GROWS", what: "added", percent: 50, does: "adds" },
  { reason: "QUARANTINE_REASON_RECLASSES", what: "reclassed", percent: 1, does: "classes otherwise" },
  { reason: "QUARANTINE_REASON_TAKES_BACK", what: "takenBack", percent: 10, does: "takes back" },
  {
    reason: "QUARANTINE_REASON_REVOTES",
    what: "revoted",
    percent: 10,
    does: "changes by votes what machines decide on",
  },
] as const;

/** So few entries one person may take back, too: of a short list every share is large. */
const FEW = 10;

/**
 * Why a release takes two approvers. A first one has nothing to be compared with.
 *
 * @param lately what one approver each let in within a day: instalments count.
 */
export function quarantineReasons(comparison: Comparison, lately?: Lately): QuarantineReason[] {
  return muchIn(comparison, lately).map(({ reason }) => reason);
}

/** The same for people: what is much, of how many entries, and beyond which share. */
export function quarantineText(comparison: Comparison, lately?: Lately): string {
  const all = muchIn(comparison, lately).map(({ does, count, of, percent, isTogether }) => {
    const since = isTogether ? " within 24 hours, with what one approver each let in" : "";
    return `${does} ${count} of ${counted(of, "entries")}${since} (over ${percent} %)`;
  });
  return all.join(" and ");
}

function muchIn(comparison: Comparison, lately?: Lately) {
  const { activeEntryCount } = comparison;
  if (activeEntryCount === 0) return [];
  const isMuch = (count: number, of: number, percent: number) => count > FEW && count * 100 > percent * of;
  return LIMITS.flatMap((limit) => {
    const own = comparison[limit.what] ?? 0;
    if (own === 0) return [];
    if (isMuch(own, activeEntryCount, limit.percent)) {
      return [{ ...limit, count: own, of: activeEntryCount, isTogether: false }];
    }
    const together = { count: own + (lately?.[limit.what] ?? 0), of: lately?.of ?? activeEntryCount };
    return isMuch(together.count, together.of, limit.percent) ? [{ ...limit, ...together, isTogether: true }] : [];
  });
}
