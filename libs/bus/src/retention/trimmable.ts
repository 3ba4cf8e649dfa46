/** What a stream's message tells about its age. */
export interface Aged {
  sequence: number;
  /** When the server stored it; these only rise along a stream. */
  stored: Date;
  /** The event's own time; what has none is no event, and may go. */
  time: Date | undefined;
}

/** The first message at this sequence or after it; undefined when there is none. */
export type MessageAt = (sequence: number) => Promise<Aged | undefined>;

export interface Span {
  /** The stream's first sequence. */
  first: number;
  /** Everything up to this one is acknowledged by everybody. */
  floor: number;
  /** Only what is older goes. */
  before: Date;
  /** Messages that are looked at one by one at most: the rest goes next time. */
  atMost: number;
}

const AT_ONCE = 32;

/**
 * The last sequence that may go, `first - 1` for none. What was stored before that day is older than it, which a few
 * looks find out; behind that there may be events that were stored later than they happened, as after a republish.
 */
export async function trimmable(at: MessageAt, { first, floor, before, atMost }: Span): Promise<number> {
  let last = await storedBefore(at, { first, floor, before });
  for (let looked = 0; last < floor && looked < atMost; looked += AT_ONCE) {
    const next = Array.from({ length: Math.min(AT_ONCE, floor - last) }, (_, i) => last + 1 + i);
    for (const message of await Promise.all(next.map(at))) {
      if (message === undefined || message.sequence > floor) return last;
      if (message.time !== undefined && message.time >= before) return last;
      last = Math.max(last, message.sequence);
    }
  }
  return last;
}

async function storedBefore(at: MessageAt, { first, floor, before }: Omit<Span, "atMost">): Promise<number> {
  let [low, high] = [first - 1, floor];
  for (let probe = first; low < high; probe = Math.ceil((low + high) / 2)) {
    const message = await at(probe);
    if (message !== undefined && message.stored < before) low = Math.min(message.sequence, high);
    else high = probe - 1;
  }
  return low;
}
