import type { ChildProcess } from "node:child_process";
import type { PerceptualAlgorithm } from "@ntd/imagehash";
import { innermost, type Sandbox } from "@ntd/sandbox";
import { Problem } from "@ntd/service";
import { LIFE_SECONDS } from "./decoder-sandbox.ts";
import type { Decoded, DecoderMessage, DecoderTask, Decoding, Ending } from "./decoding.ts";
import { killInnermost, processorSeconds, residentMb } from "./process-use.ts";

export interface DecodeBounds {
  timeoutMs: number;
  maxRssMb: number;
}

const START_TIMEOUT_MS = 10_000;
const MEMORY_CHECK_MS = 20;

/** Of what it complains about while it starts, so much is told. */
const MAX_COMPLAINT = 2000;

/** One decoder process. It decodes one picture at a time and is of no more use once it has exited. */
export class DecoderProcess implements AsyncDisposable {
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  /** Of the decoder itself, once it is ready. */
  #pid: number | undefined;
  #complaint = "";
  #idleMb = 0;
  #hear: (message: DecoderMessage) => void = () => undefined;

  constructor(sandbox: Sandbox) {
    this.#child = sandbox.start();
    this.#child.stderr?.on("data", (said) => (this.#complaint = (this.#complaint + said).slice(0, MAX_COMPLAINT)));
    this.#child.on("message", (message: DecoderMessage) => this.#hear(message));
    this.exited = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", () => resolve());
    });
  }

  /**
   * Resolves when the process can take a picture, with the hashes that it computes wrongly.
   *
   * @throws Problem PEER_UNAVAILABLE when it does not start.
   */
  async ready(): Promise<PerceptualAlgorithm[]> {
    const heard = this.#next();
    const timer = setTimeout(() => this.#kill(), START_TIMEOUT_MS);
    const first = await Promise.race([heard, this.exited]);
    clearTimeout(timer);
    if (first?.kind !== "ready") {
      const cause = new Error(this.#complaint);
      throw new Problem("PEER_UNAVAILABLE", "The process that decodes pictures does not start.", { cause });
    }
    // From here on it has read what strangers sent: nothing that it says is to stand in a log.
    this.#child.stderr?.destroy();
    this.#pid = this.#child.pid && innermost(this.#child.pid);
    this.#idleMb = this.#residentMb();
    return first.differing;
  }

  /** Kills the process when the picture takes too long or too much; what it said until then stands. */
  async decode(task: DecoderTask, { timeoutMs, maxRssMb }: DecodeBounds): Promise<Decoding> {
    let soFar: Ending["soFar"];
    let ending: Ending = { kind: "crashed" };
    let done = false;
    const kill = (reason: "time" | "memory") => {
      if (done) return;
      ending = { kind: "killed", reason };
      this.#kill();
    };
    const heard = this.#next((known) => (soFar = known));
    const timer = setTimeout(() => kill("time"), timeoutMs);
    const guard = setInterval(() => {
      if (this.#residentMb() > maxRssMb) kill("memory");
    }, MEMORY_CHECK_MS);
    // A failure to send is the end of the process, which is waited for.
    this.#child.send(task, () => undefined);
    const answer = await Promise.race([heard, this.exited]);
    done = true;
    clearTimeout(timer);
    clearInterval(guard);
    return answer === undefined || answer.kind === "ready" ? { ...ending, ...(soFar && { soFar }) } : answer;
  }

  /** Whether it kept so much memory, or took so much processor time, that this would be laid to the next picture. */
  spent(maxRssMb: number): boolean {
    return this.#residentMb() > (this.#idleMb + maxRssMb) / 2 || processorSeconds(this.#pid) > LIFE_SECONDS / 2;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.exited;
  }

  #residentMb(): number {
    return residentMb(this.#pid);
  }

  #next(onSoFar: (known: Decoded) => void = () => undefined): Promise<Exclude<DecoderMessage, { kind: "so far" }>> {
    return new Promise((resolve) => {
      this.#hear = (message) => (message.kind === "so far" ? onSoFar(message.known) : resolve(message));
    });
  }

  #kill(): void {
    killInnermost(this.#child, this.#pid);
  }
}
