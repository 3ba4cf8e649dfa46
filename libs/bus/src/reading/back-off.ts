/** How long a message that could not be handled rests: longer each time it was delivered, half a minute at most. */
export function backOffMs(deliveries: number): number {
  return Math.min(30_000, 100 * 2 ** Math.min(deliveries, 10));
}
