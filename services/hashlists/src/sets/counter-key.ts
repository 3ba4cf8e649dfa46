/** Orders what took effect in a set by the counter with which it did. */
export function counterKey(setId: string, counter: number): string {
  return `${setId} ${String(counter).padStart(16, "0")}`;
}
