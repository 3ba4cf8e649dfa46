import { servingAsker, type ServingAnswer, type ServingAsker, watchIdentity } from "@ntd/rpc";
import type { Logger } from "@ntd/service";
import { serviceNames, type Platform, type ServiceName } from "../platform/platform.ts";
import type { ManagedProcess } from "../platform/process.ts";
import { whyNotServing } from "../platform/why-not-serving.ts";
import { firstWatch, plan, type Patience, type Seen, type Watch } from "./plan.ts";

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
  serving(): Promise<void>;
  /** Services whose configuration is refused. */
  readonly held: readonly ServiceName[];
}

const TICK_MS = 250;
/** Until it serves, one is asked often; then a process that hangs is still found well within its time. */
const ASK_SOON_MS = 250;
const ASK_MS = 5000;
const ASK_TIMEOUT_MS = 3000;
/** Who does not serve for so long is told, once. */
const LONG_MS = 60_000;

interface One {
  name: ServiceName;
  process: ManagedProcess;
  asker: ServingAsker;
  watch: Watch;
  answer: ServingAnswer;
  asking: boolean;
  askAt: number;
  ending: boolean;
}

export async function supervise({ platform, patience, say, log }: SupervisorOptions): Promise<Supervisor> {
  await using stack = new AsyncDisposableStack();
  const identity = stack.use(watchIdentity(await platform.machine.identity("operator", "admin"), log));
  const now = () => performance.now();
  const began = now();
  let stopped = false;
  let served: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (served = resolve));
  const ones = serviceNames.map((name): One => {
    const asker = stack.use(servingAsker(platform.endpoints[name] ?? "", identity));
    const answer: ServingAnswer = { says: "silent", why: "it was not asked yet" };
    const watch = firstWatch(began, patience());
    return { name, process: platform.services[name], asker, watch, answer, asking: false, askAt: 0, ending: false };
  });

  function take(one: One, seen: Seen): void {
    const step = plan(one.watch, seen, now(), patience());
    one.watch = step.watch;
    if (step.tell !== undefined) void tell(one, step.tell);
    if (step.does === "start") one.process.start();
    if (step.does === "kill") void end(one, seen.what === "settled anew" ? "SIGTERM" : "SIGKILL");
  }

  async function tell(one: One, what: string): Promise<void> {
    const lost = one.watch.state.is === "held" || one.process.pid === 0;
    const why = lost ? `\n  ${await whyNotServing(one.process, one.answer)}` : "";
    if (!stopped) say(`${one.name} ${what}${why}`);
  }

  // What hangs does not hear a gentle word, and holds its port until it is gone.
  async function end(one: One, signal: NodeJS.Signals): Promise<void> {
    one.ending = true;
    await one.process.kill(signal);
    one.ending = false;
  }

  async function ask(one: One): Promise<void> {
    one.asking = true;
    one.answer = await one.asker.ask(ASK_TIMEOUT_MS);
    one.asking = false;
    if (stopped || one.ending || one.watch.state.is !== "running" || one.process.pid === 0) return;
    one.askAt = now() + (one.answer.says === "serving" ? ASK_MS : ASK_SOON_MS);
    take(one, one.answer.says === "silent" ? { what: "silent", why: one.answer.why } : { what: one.answer.says });
    if (ones.every(({ answer }) => answer.says === "serving")) served();
  }

  function tick(): void {
    for (const one of ones) {
      if (one.ending) continue;
      const runs = one.process.pid !== 0;
      if (one.watch.state.is !== "running") {
        take(one, { what: "nothing" });
        one.askAt = 0;
      } else if (!runs) {
        one.answer = { says: "silent", why: "it does not run" };
        take(one, { what: "ended", ...one.process.exit });
      } else if (!one.asking && now() >= one.askAt) void ask(one);
    }
  }
  const timer = setInterval(tick, TICK_MS);
  tick();
  const running = stack.move();
  return {
    get held() {
      return ones.filter(({ watch }) => watch.state.is === "held").map(({ name }) => name);
    },
    settledAnew(names) {
      for (const one of ones) if (names.includes(one.name)) take(one, { what: "settled anew" });
    },
    async serving() {
      const late = setTimeout(() => void tellLate(ones, say), LONG_MS);
      await all;
      clearTimeout(late);
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearInterval(timer);
      await running[Symbol.asyncDispose]();
    },
  };
}

async function tellLate(ones: readonly One[], say: (line: string) => void): Promise<void> {
  for (const { answer, process } of ones) if (answer.says !== "serving") say(await whyNotServing(process, answer));
}
