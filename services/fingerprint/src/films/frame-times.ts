import { SCENE_SCORE } from "./ffmpeg.ts";

/** When a frame is shown, in seconds from the beginning, and whether another scene begins with it. */
export interface FrameTime {
  seconds: number;
  isSceneChange: boolean;
}

/**
 * What ffmpeg wrote of the frames that it gave out, in their order. A time that it does not know, or that lies before the
 * one before it, is that one: a film may say anything of itself.
 */
export function frameTimes(written: string): FrameTime[] {
  let last = 0;
  return [...written.matchAll(FRAME)].map(([, time, score], index) => {
    last = Math.min(Math.max(last, Number(time) || 0), MOST_SECONDS);
    return { seconds: last, isSceneChange: index > 0 && Number(score) > SCENE_SCORE };
  });
}

const FRAME = /^frame:\d+ .*pts_time:(\S+)\nlavfi\.scene_score=([\d.]+)$/gm;
/** A day: what a film says beyond that is no time. */
const MOST_SECONDS = 86_400;
