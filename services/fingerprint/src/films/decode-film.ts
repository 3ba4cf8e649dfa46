import type { Readable } from "node:stream";
import { frameCounts, type Container, type Frame } from "@ntd/imagehash/films";
import { pdq } from "@ntd/imagehash/hashes";
import type { Sandbox } from "@ntd/sandbox";
import { hearLines } from "../bounded-lines.ts";
import { ffmpegWords, FRAME_BYTES, FRAME_SIDE, FRAMES_FD, MOST_FRAMES, TIMES_FD } from "./ffmpeg.ts";
import { frameTimes, LINES_A_FRAME, MOST_LINE_BYTES, type FrameTime } from "./frame-times.ts";
import { ended, runFfmpeg, type FfmpegBounds } from "./run-ffmpeg.ts";

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

/** @param film a descriptor by which it is read from its beginning. @throws what `signal` says when it aborts. */
export async function decodeFilm(
  sandbox: Sandbox,
  film: { fd: number; container: Container },
  bounds: FfmpegBounds,
  signal: AbortSignal,
): Promise<SeenFilm> {
  const run = { words: ffmpegWords(film.container), handed: [film.fd, "pipe", "pipe"] } as const;
  const { heard, well, killed } = await runFfmpeg(sandbox, run, bounds, signal, (pipe, tooMuch) =>
    Promise.all([hashed(pipe(FRAMES_FD), tooMuch), said(pipe(TIMES_FD), tooMuch)]),
  );
  if (killed === "answer") return { frames: [], end: "broken" };
  const [hashes, times] = heard;
  const frames = frameTimes(times).flatMap((time, index) => {
    const frame = hashes[index];
    return frame === undefined ? [] : [{ ...frame, ...time, counts: frameCounts(frame) }];
  });
  const end = killed ?? (well && frames.length > 0 ? (frames.length < MOST_FRAMES ? "whole" : "most") : "broken");
  return { frames, end };
}

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
