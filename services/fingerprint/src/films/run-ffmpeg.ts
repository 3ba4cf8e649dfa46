import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { innermost, type Sandbox } from "@ntd/sandbox";
import { killInnermost, residentMb } from "../process-use.ts";

export interface FfmpegBounds {
  timeoutMs: number;
  maxRssMb: number;
}

/** Why it was killed; `answer`: it said more than it was asked, as one that somebody took over may. */
type Killed = "time" | "memory" | "answer";

interface Ran<T> {
  heard: T;
  /** It ended by itself, of no fault. */
  well: boolean;
  killed: Killed | undefined;
}

const MEMORY_CHECK_MS = 20;
/** A wrapper that is killed while it makes namespaces may leave one behind, which holds the pipes: nobody waits for it. */
const LEFT_BEHIND_MS = 2000;

/**
 * Runs ffmpeg until it ends or is killed: over its time or its memory, or by who hears it.
 *
 * @param run what it is told, and the descriptors that it is handed.
 * @param hear hears all that it says, by the pipes that it was handed, until they end.
 * @throws what `signal` says when it aborts.
 */
export async function runFfmpeg<T>(
  sandbox: Sandbox,
  run: { words: string[]; handed: readonly (number | "pipe")[] },
  { timeoutMs, maxRssMb }: FfmpegBounds,
  signal: AbortSignal,
  hear: (pipe: (fd: number) => Readable, tooMuch: () => void) => Promise<T>,
): Promise<Ran<T>> {
  signal.throwIfAborted();
  const child = sandbox.start({ words: run.words, handed: [...run.handed] });
  const exited = new Promise<boolean>((resolve) => {
    child.once("exit", (code) => resolve(code === 0));
    child.once("error", () => resolve(false));
  });
  // It has read what strangers sent: nothing that it says is to stand in a log.
  child.stderr?.destroy();
  let killed: Killed | undefined;
  const kill = (why?: Killed) => {
    killed ??= why;
    killInnermost(child);
  };
  const abort = () => kill();
  let leftBehind: NodeJS.Timeout | undefined;
  void exited.then(() => (leftBehind = setTimeout(() => close(child), LEFT_BEHIND_MS)));
  const timer = setTimeout(() => kill("time"), timeoutMs);
  const guard = setInterval(() => {
    if (child.pid !== undefined && residentMb(innermost(child.pid)) > maxRssMb) kill("memory");
  }, MEMORY_CHECK_MS);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const pipe = (fd: number) => child.stdio[fd] as Readable;
    const [heard, well] = await Promise.all([hear(pipe, () => kill("answer")), exited]);
    signal.throwIfAborted();
    return { heard, well, killed };
  } finally {
    clearTimeout(timer);
    clearInterval(guard);
    clearTimeout(leftBehind);
    signal.removeEventListener("abort", abort);
    kill();
    await exited;
  }
}

function close(child: ChildProcess): void {
  for (const stream of child.stdio) if (stream !== null && stream !== undefined && "read" in stream) stream.destroy();
}

/** What comes until it ends, or is killed. */
export async function* ended(pixels: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of pixels) yield chunk as Buffer;
  } catch {
    // Its other end was killed.
  }
}
