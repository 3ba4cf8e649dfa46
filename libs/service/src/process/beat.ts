/** Shorter pauses are as long as they say. */
const SHORTEST_MS = 250;

interface Due {
  readonly timer: NodeJS.Timeout;
  readonly wakes: Set<() => void>;
}

/** By their instants, on the clock that never goes back: those that keep the process alive, and those that do not. */
const dues = { held: new Map<number, Due>(), loose: new Map<number, Due>() };

/**
 * Calls `wake` once, `ms` from now: at the nearest instant that is a multiple of `ms`, which all of a process share. A
 * process with nothing to do wakes up once for all that looks each second, not once for each, and what they ask of the
 * store goes there together. So the first pause may be half as long or half as long again, and the others are `ms`.
 *
 * @returns what takes it back.
 */
export function onBeat(ms: number, wake: () => void, kind: keyof typeof dues = "held"): () => void {
  const now = performance.now();
  const at = ms < SHORTEST_MS ? now + ms : Math.round((now + ms) / ms) * ms;
  const all = dues[kind];
  const due = all.get(at) ?? opened(all, at, at - now);
  if (kind === "loose") due.timer.unref();
  due.wakes.add(wake);
  return () => {
    due.wakes.delete(wake);
    if (due.wakes.size > 0 || all.get(at) !== due) return;
    clearTimeout(due.timer);
    all.delete(at);
  };
}

function opened(all: Map<number, Due>, at: number, ms: number): Due {
  const wakes = new Set<() => void>();
  const timer = setTimeout(() => {
    all.delete(at);
    for (const wake of wakes) wake();
  }, ms);
  const due = { timer, wakes };
  all.set(at, due);
  return due;
}

/** Calls `look` on each beat until disposed. */
export function everyBeat(ms: number, look: () => void, kind: keyof typeof dues = "held"): Disposable {
  let takeBack = onBeat(ms, again, kind);
  function again(): void {
    takeBack = onBeat(ms, again, kind);
    look();
  }
  return { [Symbol.dispose]: () => takeBack() };
}
