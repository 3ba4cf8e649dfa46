import { fieldsIn, type DataReader } from "../config/data-file.ts";
import { heldIds } from "./legal-hold.ts";
import { HELD, partsOf, sealingClasses, sealingId, type SealingClass, type SealingKey } from "./sealing-keys.ts";

/** For how many months each class is kept after the month in which its key sealed last. */
export type Periods = Readonly<Record<SealingClass, number>>;

/**
 * No period is shorter, whatever the file says: a notice that is open still needs its address, a report what was written
 * in it, a complaint whom to answer.
 */
export const shortestPeriods: Periods = { address: 12, contact: 3, words: 12 };
const LONGEST = 1200;

/** What comes of a key, and when. */
export interface KeyLife {
  id: string;
  /**
   * Seals at a time to come, seals now, opens what it sealed, or is past its period; held: it would be, but for a legal
   * hold, or it seals what legal holds of cases keep.
   */
  state: "to come" | "in use" | "kept" | "held" | "due";
  /** From when on it is due; undefined while it seals or is to seal, and of what holds of cases keep. */
  dueTime?: Date;
}

type KeyToKeep = Pick<SealingKey, "id" | "holds">;

/** Reads `months:` with a whole number for each class. */
export const readPeriods: DataReader<Periods> = (data, fault) => {
  const months = fieldsIn(fieldsIn(data, "", fault, ["months"]).get("months"), "months", fault, sealingClasses);
  const periodOf = (of: SealingClass) => {
    const [value, least] = [months.get(of), shortestPeriods[of]];
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= LONGEST) return value;
    fault(`months.${of}`, `is ${JSON.stringify(value) ?? "missing"}, and no whole number from ${least} to ${LONGEST}`);
    return LONGEST;
  };
  return { address: periodOf("address"), contact: periodOf("contact"), words: periodOf("words") };
};

/**
 * The life of each key. A key seals until the next of its class begins, however late that comes: its period counts from
 * then, so that nothing is erased before its time where a month's key was not brought.
 */
export function keyLives(keys: readonly KeyToKeep[], periods: Periods, now: Date): KeyLife[] {
  const ids = keys.map(({ id }) => id);
  const held = heldIds(keys, now);
  const month = now.toISOString().slice(0, 7);
  return ids.toSorted().map((id): KeyLife => {
    if (partsOf(id)?.of === HELD) return { id, state: "held" };
    const ends = sealingClasses.map((of) => endOf(ids, id, of, month));
    if (ends.includes("in use")) return { id, state: "in use" };
    if (ends.includes("to come")) return { id, state: "to come" };
    const due = sealingClasses
      .map((of, at) => dueTime(ends[at] ?? "", periods[of]))
      .filter((time) => time !== undefined);
    const last = new Date(Math.max(...due.map((time) => time.getTime())));
    return { id, state: last > now ? "kept" : held.has(id) ? "held" : "due", dueTime: last };
  });
}

/** The ids of the keys that are past their period. */
export function keysDue(keys: readonly KeyToKeep[], periods: Periods, now: Date): string[] {
  return keyLives(keys, periods, now)
    .filter(({ state }) => state === "due")
    .map(({ id }) => id);
}

/** The month at which a key sealed its last of a class; "never" if it is of another class. */
function endOf(ids: readonly string[], id: string, of: SealingClass, now: string): string {
  const parts = partsOf(id);
  if (parts === undefined || (parts.of !== of && parts.of !== "every class")) return "never";
  if (sealingId(ids, of, now) === id) return "in use";
  if (parts.month > now) return "to come";
  // By its own month another may have been in use already: then it ended as it began.
  const next = ids
    .flatMap((each) => partsOf(each) ?? [])
    .filter((each) => (each.of === of || each.of === parts.of) && isAfter(each, parts))
    .map((each) => (each.month > parts.month ? each.month : parts.month))
    .toSorted()[0];
  return next ?? "in use";
}

type Parts = NonNullable<ReturnType<typeof partsOf>>;

/** Whether a key takes another's place: a later one of the same kind, or a class's own at any time over one of every class. */
function isAfter(each: Parts, parts: Parts): boolean {
  return each.of === parts.of ? each.month > parts.month : parts.of === "every class";
}

function dueTime(end: string, months: number): Date | undefined {
  const [year, month] = end.split("-").map(Number);
  return year === undefined || month === undefined ? undefined : new Date(Date.UTC(year, month - 1 + months, 1));
}
