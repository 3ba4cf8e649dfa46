import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { frameCounts, type Container, type Frame } from "@ntd/imagehash/films";
import { pdq } from "@ntd/imagehash/hashes";
import { innermost, type Sandbox } from "@ntd/sandbox";
import { hearLines } from "../bounded-lines.ts";
import { killInnermost, residentMb } from "../process-use.ts";
import { ffmpegWords, FRAME_BYTES, FRAME_SIDE, FRAMES_FD, MOST_FRAMES, TIMES_FD } from "./ffmpeg.ts";
import { frameTimes, LINES_A_FRAME, MOST_LINE_BYTES, type FrameTime } from "./frame-times.ts";

export interface SeenFrame extends Frame, FrameTime {
  counts: boolean;
}

/**
 * What was seen of a film until its decoder ended: by itself, of a fault, or because it was killed. If that was because it
 * said more than it was asked, as one that somebody took over may, nothing of it was.
 */
export interface SeenFilm {
  frames: SeenFrame[];
  end: "whole" | "most" | "broken" | "time" | "memory";
}

export interface FilmBounds {
  timeoutMs: number;
  maxRssMb: number;
}

const MEMORY_CHECK_MS = 20;
/** A wrapper that is killed while it makes namespaces may leave one behind, which holds the pipes: nobody waits for it. */
const LEFT_BEHIND_MS = 2000;

/** @param film a descriptor by which it is read from its beginning. @throws what `signal` says when it aborts. */
export async function decodeFilm(
  sandbox: Sandbox,
  film: { fd: number; container: Container },
  { timeoutMs, maxRssMb }: FilmBounds,
  signal: AbortSignal,
): Promise<SeenFilm> {
  signal.throwIfAborted();
  const child = sandbox.start({ words: ffmpegWords(film.container), handed: [film.fd, "pipe", "pipe"] });
  const exited = new Promise<boolean>((resolve) => {
    child.once("exit", (code) => resolve(code === 0));
    child.once("error", () => resolve(false));
  });
  // It has read what strangers sent: nothing that it says is to stand in a log.
  child.stderr?.destroy();
  let killed: "time" | "memory" | "answer" | undefined;
  const kill = (why?: typeof killed) => {
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
    const tooMuch = () => kill("answer");
    const [hashes, times, well] = await Promise.all([
      hashed(pipe(child, FRAMES_FD), tooMuch),
      said(pipe(child, TIMES_FD), tooMuch),
      exited,
    ]);
    signal.throwIfAborted();
    if (killed === "answer") return { frames: [], end: "broken" };
    const frames = frameTimes(times).flatMap((time, index) => {
      const frame = hashes[index];
      return frame === undefined ? [] : [{ ...frame, ...time, counts: frameCounts(frame) }];
    });
    const end = killed ?? (well && frames.length > 0 ? (frames.length < MOST_FRAMES ? "whole" : "most") : "broken");
    return { frames, end };
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
  for (const fd of [FRAMES_FD, TIMES_FD]) pipe(child, fd).destroy();
}

const pipe = (child: ChildProcess, fd: number) => child.stdio[fd] as Readable;

/** Each frame as soon as it is whole: ffmpeg waits meanwhile, so that one at a time is held. */
async function hashed(pixels: Readable, tooMuch: () => void): Promise<Frame[]> {
  const frames: Frame[] = [];
  const frame = Buffer.alloc(FRAME_BYTES);
  let filled = 0;
  for await (const chunk of ended(pixels)) {
    if (frames.length === MOST_FRAMES) {
      tooMuch();
      break;
    }
    for (let at = 0; at < chunk.length && frames.length < MOST_FRAMES;) {
      const taken = chunk.copy(frame, filled, at);
      at += taken;
      filled += taken;
      if (filled < FRAME_BYTES) continue;
      filled = 0;
      const { forms, quality } = pdq({ width: FRAME_SIDE, height: FRAME_SIDE, channels: 3, pixels: frame });
      frames.push({ pdq: forms.original, quality });
    }
  }
  return frames;
}

async function* ended(pixels: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of pixels) yield chunk as Buffer;
  } catch {
    // Its other end was killed.
  }
}

function said(stream: Readable, tooMuch: () => void): Promise<string[]> {
  const lines: string[] = [];
  return new Promise((resolve) => {
    stream.once("close", () => resolve(lines));
    stream.once("error", () => resolve(lines));
    const tooMany = () => {
      stream.destroy();
      tooMuch();
    };
    const hear = (line: string) => (lines.length < LINES_A_FRAME * MOST_FRAMES ? lines.push(line) : tooMany());
    hearLines(stream, MOST_LINE_BYTES, hear, tooMuch);
  });
}
