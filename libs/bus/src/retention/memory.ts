import type { Place } from "../writing/republish.ts";

/** What the owner of a stream remembers of its readers. */
export interface Memory {
  /** When each durable was made. */
  known: Readonly<Record<string, string>>;
  /** Everything is being sent again. */
  refill?: Refill;
}

export interface Refill {
  /** Absent at the beginning. */
  from?: Place;
  /** Until then it belongs to the replica that took it. */
  leaseUntil: Date;
}

export interface Seen {
  /** The stream no longer begins with its first message. */
  trimmed: boolean;
  /** When each durable that is there was made. */
  created: Readonly<Record<string, string>>;
}

/**
 * What is to be remembered now; undefined when nothing changed. A durable that was made after something was trimmed
 * cannot have it all: everything is sent again, from the beginning also when that is under way for another one.
 */
export function noticed(memory: Memory | undefined, { trimmed, created }: Seen): Memory | undefined {
  const fresh = Object.keys(created).filter((name) => memory?.known[name] !== created[name]);
  if (fresh.length === 0) return undefined;
  const known = { ...memory?.known, ...created };
  if (trimmed) return { known, refill: { leaseUntil: new Date(0) } };
  return { ...memory, known };
}
