import { beyondCall } from "@ntd/service";

/**
 * Keeps what was read last, so much of it: whoever asks for the same waits for the same reading, which goes on when the
 * one who began it has gone. What failed is read again.
 */
export function keptLast<T>(most: number): (key: string, read: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return async (key, read) => {
    const value = kept.get(key) ?? beyondCall(read);
    kept.delete(key);
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    try {
      return await value;
    } catch (error) {
      if (kept.get(key) === value) kept.delete(key);
      throw error;
    }
  };
}
