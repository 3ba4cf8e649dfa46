/**
 * Passes on what `source` yields and returns, until `signal` aborts: then it throws the signal's reason at once, even
 * while the source is waiting, and closes the source without waiting for it.
 */
export async function* interruptible<T, R>(
  source: AsyncIterator<T, R, undefined>,
  signal: AbortSignal,
): AsyncGenerator<T, R, undefined> {
  try {
    while (true) {
      const next = await orAborted(source.next(), signal);
      if (next.done === true) return next.value;
      yield next.value;
    }
  } finally {
    const closed = Promise.resolve(source.return?.());
    if (signal.aborted) closed.catch(() => undefined);
    else await closed;
  }
}

// A listener per step, taken away again: a race against one promise for the stream's whole life would hold on to
// every step.
async function orAborted<V>(work: Promise<V>, signal: AbortSignal): Promise<V> {
  const { promise, resolve, reject } = Promise.withResolvers<V>();
  const stop = () => reject(signal.reason);
  work.then(resolve, reject);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
