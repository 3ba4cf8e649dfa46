import { payloadOf, watchAs, type Isp } from "../stories/isp.ts";
import type { Stage } from "../stories/stage.ts";
import { PROVIDERS } from "./load.ts";

/** Minutes that each provider takes to remove. */
const TAKES: Record<(typeof PROVIDERS)[number], number> = { alpha: 15, beta: 90, gamma: 360, delta: 1200 };

export interface Providers extends AsyncDisposable {
  /** Removes what is due, and notes what has come since. */
  turn(minute: number): Promise<void>;
  /** When something is removed next. */
  next(): number | undefined;
  /** When something was removed last. */
  readonly lastRemoval: () => number;
}

/** Providers that remove what they are asked to, each after its time. */
export async function openProviders(stage: Stage): Promise<Providers> {
  await using stack = new AsyncDisposableStack();
  const isps = new Map<(typeof PROVIDERS)[number], Isp>();
  for (const name of PROVIDERS) isps.set(name, stack.use(await watchAs(stage, name)));
  const taken = new Map<Isp, number>();
  const due: { minute: number; isp: Isp; at: number }[] = [];
  let lastRemoval = Number.NEGATIVE_INFINITY;
  const owner = stack.move();
  return {
    next: () => (due.length === 0 ? undefined : Math.min(...due.map(({ minute }) => minute))),
    lastRemoval: () => lastRemoval,
    async turn(minute) {
      for (const [name, isp] of isps) {
        for (let at = taken.get(isp) ?? 0; at < isp.received.length; at++) {
          due.push({ minute: minute + TAKES[name], isp, at });
          taken.set(isp, at + 1);
        }
      }
      for (const one of due.filter((work) => work.minute <= minute)) {
        due.splice(due.indexOf(one), 1);
        if (await removed(stage, one.isp, one.at)) lastRemoval = minute;
      }
    },
    [Symbol.asyncDispose]: () => owner[Symbol.asyncDispose](),
  };
}

async function removed(stage: Stage, isp: Isp, at: number): Promise<boolean> {
  const notice = isp.received[at];
  if (notice === undefined) return false;
  const { requestedAction, targets } = payloadOf(notice);
  if (requestedAction !== "ACTION_REMOVE") return false;
  for (const { url } of targets) stage.host.remove(new URL(url).pathname);
  await isp.answer(notice, "OUTCOME_REMOVED", { preservation: "PRESERVATION_PRESERVED" });
  return true;
}
