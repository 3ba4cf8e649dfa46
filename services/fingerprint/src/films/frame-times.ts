import { SCENE_SCORE } from "./ffmpeg.ts";

/** When a frame is shown, in seconds from the beginning, and whether another scene begins with it. */
export interface FrameTime {
  seconds: number;
  isSceneChange: boolean;
}

/** Lines that ffmpeg writes of a frame, and how long each is at most: its number, its time, and a score. */
export const LINES_A_FRAME = 2;
export const MOST_LINE_BYTES = 256;

/**
 * What ffmpeg wrote of the frames that it gave out, in their order. A time that it does not know, or that lies before the
 * one before it, is that one: a film may say anything of itself.
 */
export function frameTimes(lines: readonly string[]): FrameTime[] {
  let last = 0;
  const times: FrameTime[] = [];
  for (const [at, line] of lines.entries()) {
    const time = TIME.exec(line)?.[1];
    const score = SCORE.exec(lines[at + 1] ?? "")?.[1];
    if (time === undefined || score === undefined) continue;
    last = Math.min(Math.max(last, Number(time) || 0), MOST_SECONDS);
    times.push({ seconds: last, isSceneChange: times.length > 0 && Number(score) > SCENE_SCORE });
  }
  return times;
}

const TIME = /^frame:\d+ .*pts_time:(\S+)$/;
const SCORE = /^lavfi\.scene_score=([\d.]+)$/;
/** A day: what a film says beyond that is no time. */
const MOST_SECONDS = 86_400;
