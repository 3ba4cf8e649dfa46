import { change, type Collection, type Store } from "@ntd/store";

/** After this many crashes or unnamed failures a message is dead-lettered. */
export const MAX_ATTEMPTS = 5;

/**
 * Notes of messages that came again and whose handling began without a named end, by durable and event id. They lie in
 * the reader's store, which its replicas share.
 */
export interface Attempts {
  /** How often it has begun without an end. */
  begun(durable: string, eventId: string): Promise<number>;
  /** Notes one more and returns how many there are now. */
  begin(durable: string, eventId: string): Promise<number>;
  forget(durable: string, eventId: string): Promise<void>;
}

// The server's delivery count is no count of attempts: prefetched neighbours of a crash inherit it.
export async function attemptsIn(store: Store): Promise<Attempts> {
  const notes: Collection<{ begun: number }> = await store.collection({ name: "attempts", fields: {} });
  const key = (durable: string, eventId: string) => `${durable}/${eventId}`;
  return {
    async begun(durable, eventId) {
      return (await notes.load(key(durable, eventId)))?.state.begun ?? 0;
    },
    async begin(durable, eventId) {
      const noted = await change(notes, key(durable, eventId), (note) => ({
        state: { begun: (note?.begun ?? 0) + 1 },
      }));
      return noted?.state.begun ?? 1;
    },
    forget: (durable, eventId) => notes.remove(key(durable, eventId)),
  };
}
