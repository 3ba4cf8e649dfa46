/**
 * The longest turn of the event loop while something runs, in the processor's own time of this thread: so long everybody
 * else here waits, whatever else runs on the machine.
 */
export async function longestTurnMs(run: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  let next: NodeJS.Immediate | undefined;
  const turn = () => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    before = process.threadCpuUsage();
    next = setImmediate(turn);
  };
  turn();
  try {
    await run();
    // What ran last counts too.
    await new Promise(setImmediate);
    return longest;
  } finally {
    clearImmediate(next);
  }
}
