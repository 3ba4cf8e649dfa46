/**
 * The longest that the processor worked for this process without anybody else having a turn while `work` ran, in ms of
 * processor time: a busy machine does not count.
 */
export async function longestTurnMs<T>(work: () => Promise<T>): Promise<{ longestMs: number; result: T }> {
  let longestMs = 0;
  let before = process.cpuUsage();
  let busy = true;
  const look = () => {
    const { user, system } = process.cpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    before = process.cpuUsage();
    if (busy) setImmediate(look);
  };
  setImmediate(look);
  const result = await work();
  busy = false;
  return { longestMs, result };
}
