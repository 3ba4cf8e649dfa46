import type { ServingAnswer, ServingAsker } from "@ntd/rpc";
import type { ManagedProcess } from "../platform/process.ts";
import { whyNotServing } from "../platform/why-not-serving.ts";
import { answerMs, firstWatch, plan, type Patience, type Seen, type Watch } from "./plan.ts";

const now = () => performance.now();
/** Until it serves, one is asked often; then a process that hangs is still found well within its time. */
const ASK_SOON_MS = 250;
const ASK_MS = 5000;

/** One program that is kept up: what the plan says is done to its process. */
export class Kept {
  readonly process: ManagedProcess;
  readonly #asker: ServingAsker;
  readonly #patience: () => Patience;
  readonly #say: (line: string) => void;
  #watch: Watch;
  #answer: ServingAnswer = { says: "silent", why: "it was not asked yet" };
  #asking = false;
  #askAt = 0;
  #ending = false;
  #onEnd: () => void = () => undefined;

  /** The process was started just now. */
  constructor(process: ManagedProcess, asker: ServingAsker, patience: () => Patience, say: (line: string) => void) {
    this.process = process;
    this.#asker = asker;
    this.#patience = patience;
    this.#say = say;
    this.#watch = firstWatch(now(), patience());
  }

  get serving(): boolean {
    return this.#answer.says === "serving";
  }

  /** Its configuration is refused. */
  get held(): boolean {
    return this.#watch.state.is === "held";
  }

  why(): Promise<string> {
    return whyNotServing(this.process, this.#answer);
  }

  settledAnew(): void {
    this.#take({ what: "settled anew" });
  }

  /** Tells that its process has ended, each time. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    this.#awaitEnd();
  }

  /** To be called again and again, some times a second while it does not serve. */
  tick(): void {
    if (this.#ending) return;
    if (this.#watch.state.is !== "running") {
      this.#askAt = 0;
      this.#take({ what: "nothing" });
    } else if (this.process.pid === 0) {
      this.#answer = { says: "silent", why: "it does not run" };
      this.#take({ what: "ended", ...this.process.exit });
    } else if (!this.#asking && now() >= this.#askAt) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    const { pid } = this.process;
    const answer = await this.#asker.ask(answerMs(this.#watch));
    this.#asking = false;
    // What was asked may have ended meanwhile, and another begun.
    if (this.#ending || this.#watch.state.is !== "running" || this.process.pid !== pid) return;
    this.#answer = answer;
    this.#askAt = now() + (this.serving ? ASK_MS : ASK_SOON_MS);
    this.#take(answer.says === "silent" ? { what: "silent", why: answer.why } : { what: answer.says });
  }

  #take(seen: Seen): void {
    const step = plan(this.#watch, seen, now(), this.#patience());
    this.#watch = step.watch;
    if (step.tell !== undefined) void this.#tell(step.tell, seen.what === "ended");
    if (step.does === "start") this.#start();
    // What hangs does not hear a gentle word, and holds its port until it is gone.
    if (step.does === "kill") void this.#end(seen.what === "settled anew" ? "in good order" : "at once");
  }

  #start(): void {
    this.process.start();
    this.#awaitEnd();
    const { name, unlogged } = this.process;
    if (unlogged !== undefined) this.#say(`${name} has no log (${unlogged}); it runs all the same`);
  }

  #awaitEnd(): void {
    const tell = () => this.#onEnd();
    this.process.ended().then(tell, tell);
  }

  async #tell(what: string, withLog: boolean): Promise<void> {
    const why = withLog ? `\n  ${await this.why()}` : "";
    this.#say(`${this.process.name} ${what}${why}`);
  }

  async #end(how: "in good order" | "at once"): Promise<void> {
    this.#ending = true;
    this.#answer = { says: "silent", why: "it is being ended" };
    await (how === "at once" ? this.process.kill("SIGKILL") : this.process.end());
    this.#ending = false;
  }
}
