import { setTimeout as delay } from "node:timers/promises";
import { servingAsker, watchIdentity } from "@ntd/rpc";
import { startLoop, type Logger } from "@ntd/service";
import { asking, type Platform, type ServiceName } from "../platform/platform.ts";
import { Kept } from "./kept.ts";
import type { Patience } from "./plan.ts";

export interface SupervisorOptions {
  platform: Platform;
  patience: () => Patience;
  /** Told what becomes of services, in sentences. */
  say: (line: string) => void;
  log: Logger;
}

/** Keeps the platform's services up, by their health and not by their mere life. */
export interface Supervisor extends AsyncDisposable {
  /** These have other settings: they are ended in good order and started with them. */
  settledAnew(names: readonly ServiceName[]): void;
  /** Resolves when all say SERVING; says why some do not when that takes long. */
  serving(stop: AbortSignal): Promise<void>;
  /** Services whose configuration is refused. */
  readonly held: readonly ServiceName[];
}

/** While somebody does not serve. */
const TICK_MS = 250;
/** While all serve: who ends is told of, and who hangs has more time than this. */
const AT_REST_MS = 1000;
/** Who does not serve for so long is told, once. */
const LONG_MS = 60_000;

export async function supervise({ platform, patience, say, log }: SupervisorOptions): Promise<Supervisor> {
  await using stack = new AsyncDisposableStack();
  const identity = stack.use(watchIdentity(await asking(platform.machine), log));
  let stopped = false;
  const tell = (line: string) => void (stopped || say(line));
  const kept = new Map(
    platform.names.map((name) => {
      const asker = stack.use(servingAsker(platform.endpoints[name] ?? "", identity));
      return [name, new Kept(platform.services[name], asker, patience, tell)] as const;
    }),
  );
  const all = [...kept.values()];
  const ticking = startLoop("keep up", AT_REST_MS, log, async () => {
    for (const one of all) one.tick();
    return all.every(({ serving }) => serving) ? AT_REST_MS : TICK_MS;
  });
  stack.use(ticking);
  for (const one of all) one.onEnd(() => ticking.kick());
  stack.defer(() => void (stopped = true));
  const running = stack.move();
  return {
    get held() {
      return platform.names.filter((name) => kept.get(name)?.held);
    },
    settledAnew(names) {
      for (const name of names) kept.get(name)?.settledAnew();
      ticking.kick();
    },
    async serving(stop) {
      const late = setTimeout(() => all.forEach((one) => void (one.serving || one.why().then(tell))), LONG_MS);
      while (!stop.aborted && !stopped && !all.every(({ serving }) => serving)) await delay(TICK_MS / 5);
      clearTimeout(late);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
