import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Problem } from "@ntd/service";
import type { DecoderMessage, DecoderTask, Decoding } from "./decoding.ts";
import { residentMb } from "./resident-mb.ts";

export interface DecodeBounds {
  timeoutMs: number;
  maxRssMb: number;
}

const START_TIMEOUT_MS = 10_000;
const MEMORY_CHECK_MS = 20;

// For glibc's allocator: pixels of common pictures are kept from one to the next, which saves the faults of fresh pages;
// those of large ones go back at once; and its threads share one heap, or each would keep what it once needed.
const KEPT_BYTES = String(16 * 1024 * 1024);
const MEMORY = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: KEPT_BYTES, MALLOC_MMAP_THRESHOLD_: KEPT_BYTES };

/** One decoder process. It decodes one picture at a time and is of no more use once it has exited. */
export class DecoderProcess implements AsyncDisposable {
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  #idleMb = 0;
  #hear: (message: DecoderMessage) => void = () => undefined;

  constructor() {
    // No settings of the parent, and no rights: whoever takes a decoder over finds and reaches as little as possible.
    this.#child = fork(fileURLToPath(new URL("./decoder.ts", import.meta.url)), {
      serialization: "advanced",
      env: MEMORY,
      execArgv: [
        "--expose-gc",
        "--permission",
        "--allow-fs-read=*",
        "--allow-addons",
        "--disable-warning=SecurityWarning",
      ],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message: DecoderMessage) => this.#hear(message));
    this.exited = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", () => resolve());
    });
  }

  /**
   * Resolves when the process can take a picture.
   *
   * @throws Problem PEER_UNAVAILABLE when it does not start.
   */
  async ready(): Promise<void> {
    const heard = this.#next();
    const timer = setTimeout(() => this.#kill(), START_TIMEOUT_MS);
    const first = await Promise.race([heard, this.exited]);
    clearTimeout(timer);
    if (first?.kind !== "ready") {
      throw new Problem("PEER_UNAVAILABLE", "The process that decodes pictures does not start.");
    }
    this.#idleMb = this.#residentMb();
  }

  /** Kills the process when the picture takes too long or too much; what was decoded until then is lost. */
  async decode(task: DecoderTask, { timeoutMs, maxRssMb }: DecodeBounds): Promise<Decoding> {
    let ending: Decoding = { kind: "crashed" };
    let done = false;
    const kill = (reason: "time" | "memory") => {
      if (done) return;
      ending = { kind: "killed", reason };
      this.#kill();
    };
    const heard = this.#next();
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
    return answer === undefined || answer.kind === "ready" ? ending : answer;
  }

  /** Whether it kept so much memory that this would be laid to the next picture. */
  spent(maxRssMb: number): boolean {
    return this.#residentMb() > (this.#idleMb + maxRssMb) / 2;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.exited;
  }

  #residentMb(): number {
    return residentMb(this.#child.pid);
  }

  #next(): Promise<DecoderMessage> {
    return new Promise((resolve) => (this.#hear = resolve));
  }

  #kill(): void {
    this.#child.kill("SIGKILL");
  }
}
