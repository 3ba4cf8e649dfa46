import type { Sandbox } from "@ntd/sandbox";
import { FRAMES_FD, MOST_PICTURE_BYTES, pictureWords } from "./ffmpeg.ts";
import { FilmFile } from "./film-file.ts";
import { ended, runFfmpeg, type FfmpegBounds } from "./run-ffmpeg.ts";

/** One picture takes no longer. */
const PICTURE_MS = 5000;

/** What one coded picture shows as far as it goes, as BMP; undefined where that is nothing. */
export async function showPicture(
  sandbox: Sandbox,
  av1: Uint8Array,
  { timeoutMs, maxRssMb }: FfmpegBounds,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  await using file = await FilmFile.open();
  if (file === undefined || !(await file.add(av1))) return undefined;
  await using reading = await file.reading();
  const run = { words: pictureWords, handed: [reading.fd, "pipe"] as const };
  const bounds = { timeoutMs: Math.min(timeoutMs, PICTURE_MS), maxRssMb };
  const { heard, killed } = await runFfmpeg(sandbox, run, bounds, signal, async (pipe, tooMuch) => {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of ended(pipe(FRAMES_FD))) {
      length += part.length;
      if (length > MOST_PICTURE_BYTES) {
        tooMuch();
        break;
      }
      parts.push(part);
    }
    return Buffer.concat(parts);
  });
  return killed === undefined && heard.length > 0 ? heard : undefined;
}
