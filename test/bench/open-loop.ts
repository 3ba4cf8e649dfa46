/**
 * Calls at a constant rate, whether or not the calls before have come back, until stopped. A call's time runs from when
 * it was due, so that what waits behind a slow one counts as slow, too.
 */
export function startOpenLoop(perSecond: number, call: (nth: number) => Promise<boolean>) {
  const periodMs = 1000 / perSecond;
  const began = performance.now();
  let sent = 0;
  let since = 0;
  let times: number[] = [];
  let failures = 0;
  const under = new Set<Promise<void>>();
  const one = async (nth: number) => {
    const due = began + nth * periodMs;
    const well = await call(nth).catch(() => false);
    if (!well) failures++;
    if (nth >= since) times.push(performance.now() - due);
  };
  const timer = setInterval(() => {
    for (; began + sent * periodMs <= performance.now(); sent++) {
      const running = one(sent);
      under.add(running);
      void running.finally(() => under.delete(running));
    }
  }, 1);
  return {
    /** Times in milliseconds of the calls that were due since the last look, and how many failed in all. */
    look() {
      const seen = { times, failures };
      times = [];
      since = sent;
      return seen;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(under);
    },
  };
}
