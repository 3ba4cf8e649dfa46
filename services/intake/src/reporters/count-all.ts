import type { Count } from "@ntd/store";

export interface Between {
  gte: Date;
  lt: Date;
}

/** The store counts to 10,000: of a sender who has more, each half of the time is counted by itself, and so on. */
export async function countAll(count: (receivedTime: Between) => Promise<Count>, time: Between): Promise<number> {
  const counted = await count(time);
  const [from, until] = [time.gte.getTime(), time.lt.getTime()];
  if (!counted.isMore || until - from < 2) return counted.count;
  const middle = new Date(Math.floor((from + until) / 2));
  const first = await countAll(count, { gte: time.gte, lt: middle });
  return first + (await countAll(count, { gte: middle, lt: time.lt }));
}
