import type { LeftOut, LeftOutReason } from "@ntd/proto/exchange/v1/exchange_service";

/** Why a hash is not taken: left out by the file, of a kind that no list here holds, or behind a link to such. */
type Why = "BY_CHOICE" | "UNREAD" | "BEHIND_LINK";

type Left = Readonly<Record<string, number>>;

/** Who tells more kinds than these tells nonsense: the others are counted together. */
const MOST = 30;
const OTHERS = "others";

/** Kinds are called as the partner calls them, who may write what it likes. */
export function leftKey(why: Why, kind: string): string {
  return `${why} ${/^[a-z0-9][a-z0-9_-]{0,39}$/.test(kind) ? kind : OTHERS}`;
}

export function countLeft(left: Record<string, number>, key: string, count = 1): void {
  const [why = "UNREAD"] = key.split(" ");
  const isRoom = Object.hasOwn(left, key) || Object.keys(left).length < MOST;
  const at = isRoom ? key : leftKey(why as Why, OTHERS);
  left[at] = (Object.hasOwn(left, at) ? (left[at] ?? 0) : 0) + count;
}

export function joinedLeft(one: Left | undefined, other: Left | undefined): Left | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const all = { ...one };
  for (const [key, count] of Object.entries(other)) countLeft(all, key, count);
  return all;
}

/** As operators are shown it, the most first. */
export function toLeftOut(left: Left = {}): LeftOut[] {
  return Object.entries(left)
    .toSorted(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
    .map(([key, count]) => {
      const [why = "", kind = ""] = key.split(" ");
      return { kind, reason: `LEFT_OUT_REASON_${why}` as LeftOutReason, count: BigInt(count) };
    });
}
