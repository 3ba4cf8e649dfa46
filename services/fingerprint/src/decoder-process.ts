import type { ChildProcess } from "node:child_process";
import { Duplex } from "node:stream";
import type { PerceptualAlgorithm } from "@ntd/imagehash";
import { FIRST_HANDED, innermost, type Sandbox } from "@ntd/sandbox";
import { Problem } from "@ntd/service";
import { hearLines } from "./bounded-lines.ts";
import { readAnswer, readKnown, readReady } from "./decoder-answer.ts";
import { LIFE_SECONDS } from "./decoder-sandbox.ts";
import { headOf, type DecoderWord } from "./decoder-words.ts";
import type { DecoderAnswer, DecoderTask, Decoding, Ending, KillReason } from "./decoding.ts";
import { killInnermost, processorSeconds, residentMb } from "./process-use.ts";

export interface DecodeBounds {
  timeoutMs: number;
  maxRssMb: number;
}

const START_TIMEOUT_MS = 10_000;
const MEMORY_CHECK_MS = 20;
/** A wrapper that is killed while it makes namespaces may leave one behind, which holds the pipe: nobody waits for it. */
const LEFT_BEHIND_MS = 2000;

/** Of what it complains about while it starts, so much is told. */
const MAX_COMPLAINT = 2000;
/** The longest that it has to say is all hashes of all renditions: some 50 kB. */
const MOST_LINE_BYTES = 256 * 1024;
/** What it knows so far is said before each frame, whether it could be read, and on black; and then the answer. */
const MOST_LINES = 100;

/** One decoder process. It decodes one picture at a time and is of no more use once it has exited. */
export class DecoderProcess implements AsyncDisposable {
  /** Resolves when the process has ended, for whatever reason, and all that it said was heard. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  /** Of the decoder itself, once it is ready. */
  #pid: number | undefined;
  #complaint = "";
  #idleMb = 0;
  /** What hears it; undefined while it has nothing to say. */
  #hear: ((word: DecoderWord, json: string) => void) | undefined;
  /** It said what it has not to say: none of it is believed any more. */
  #misspoke = false;

  constructor(sandbox: Sandbox) {
    this.#child = sandbox.start({ words: [String(FIRST_HANDED)], handed: ["pipe"] });
    this.#child.stderr?.on("data", (said) => (this.#complaint = (this.#complaint + said).slice(0, MAX_COMPLAINT)));
    const fd: number = FIRST_HANDED;
    // Without a descriptor left there is none, and no process.
    this.#pipe = (this.#child.stdio[fd] ?? new Duplex().destroy()) as Duplex;
    this.exited = this.#ended();
    // The end of the process, which is waited for.
    this.#pipe.on("error", () => undefined);
    hearLines(
      this.#pipe,
      MOST_LINE_BYTES,
      (line) => this.#heard(line),
      () => this.#misspeaks(),
    );
  }

  /**
   * Resolves when the process can take a picture, with the hashes that it computes wrongly.
   *
   * @throws Problem PEER_UNAVAILABLE when it does not start.
   */
  async ready(): Promise<PerceptualAlgorithm[]> {
    const heard = this.#listen((word, json) => (word === "ready" ? readReady(json) : undefined));
    const timer = setTimeout(() => this.#kill(), START_TIMEOUT_MS);
    const differing = await Promise.race([heard, this.exited]);
    clearTimeout(timer);
    if (differing === undefined) {
      const cause = new Error(this.#complaint);
      throw new Problem("PEER_UNAVAILABLE", "The process that decodes pictures does not start.", { cause });
    }
    // From here on it has read what strangers sent: nothing that it says is to stand in a log.
    this.#child.stderr?.destroy();
    this.#pid = this.#child.pid && innermost(this.#child.pid);
    this.#idleMb = this.#residentMb();
    return differing;
  }

  /**
   * Kills the process when the picture takes too long or too much, or when it says what no decoder says. What it said
   * until then stands, unless it was that.
   */
  async decode(task: DecoderTask, { timeoutMs, maxRssMb }: DecodeBounds): Promise<Decoding> {
    let killed: KillReason | undefined;
    const kill = (reason: KillReason) => {
      killed ??= reason;
      this.#kill();
    };
    let [soFar, lines]: [string | undefined, number] = [undefined, 0];
    const heard = this.#listen<DecoderAnswer>((word, json) => {
      if (++lines > MOST_LINES || word === "ready") return undefined;
      if (word === "answer") return readAnswer(json);
      // Read only if it comes to that: mostly the answer says more.
      soFar = json;
      return "more";
    });
    const timer = setTimeout(() => kill("time"), timeoutMs);
    const guard = setInterval(() => {
      if (this.#residentMb() > maxRssMb) kill("memory");
    }, MEMORY_CHECK_MS);
    this.#pipe.write(headOf(task));
    this.#pipe.write(task.bytes);
    const answer = await Promise.race([heard, this.exited]);
    this.#hear = undefined;
    clearTimeout(timer);
    clearInterval(guard);
    if (answer !== undefined) return answer;
    const known = soFar === undefined ? undefined : readKnown(soFar);
    if (this.#misspoke || (soFar !== undefined && known === undefined)) return { kind: "killed", reason: "answer" };
    const ending: Ending = killed === undefined ? { kind: "crashed" } : { kind: "killed", reason: killed };
    return { ...ending, ...(known && { soFar: known }) };
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

  /** What it says next, as `read` understands it; undefined is what it has not to say. */
  #listen<T>(read: (word: DecoderWord, json: string) => T | "more" | undefined): Promise<T> {
    return new Promise((resolve) => {
      this.#hear = (word, json) => {
        const said = read(word, json);
        if (said === "more") return;
        this.#hear = undefined;
        if (said === undefined) this.#misspeaks();
        else resolve(said);
      };
    });
  }

  #heard(line: string): void {
    const [word = ""] = line.split(" ", 1);
    // Unasked, it might speak of the next picture.
    if (this.#hear === undefined || !isWord(word)) this.#misspeaks();
    else this.#hear(word, line.slice(word.length + 1));
  }

  #misspeaks(): void {
    this.#misspoke = true;
    this.#pipe.destroy();
    this.#kill();
  }

  async #ended(): Promise<void> {
    const heardOut = new Promise<void>((resolve) => this.#pipe.once("close", resolve));
    await new Promise<void>((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", () => resolve());
    });
    const leftBehind = setTimeout(() => this.#pipe.destroy(), LEFT_BEHIND_MS);
    await heardOut;
    clearTimeout(leftBehind);
  }

  #kill(): void {
    killInnermost(this.#child, this.#pid);
  }
}

const WORDS: ReadonlySet<string> = new Set<DecoderWord>(["ready", "so-far", "answer"]);

function isWord(word: string): word is DecoderWord {
  return WORDS.has(word);
}
