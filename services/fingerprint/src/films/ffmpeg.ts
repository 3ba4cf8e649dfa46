import type { Container } from "@ntd/imagehash/films";
import { FIRST_HANDED, isRunnable } from "@ntd/sandbox";

/** Pixels a side of the frames that are hashed: PDQ shrinks them to a square anyway. */
export const FRAME_SIDE = 512;
export const FRAME_BYTES = FRAME_SIDE * FRAME_SIDE * 3;
/** Frames of one film: an hour of it, at one a second. */
export const MOST_FRAMES = 3600;
/** How much of the picture changes at a scene change, of 1. */
export const SCENE_SCORE = 0.3;

/** Where the film, its frames and their times are, for ffmpeg. */
export const [FILM_FD, FRAMES_FD, TIMES_FD] = [FIRST_HANDED, FIRST_HANDED + 1, FIRST_HANDED + 2];

/** The ffmpeg that is installed here, or the one that is named; undefined where there is none. */
export function systemFfmpeg(named: string): string | undefined {
  return (named === "" ? ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"] : [named]).find(isRunnable);
}

/**
 * What ffmpeg is told: one container, the codings below, video alone, no other file or protocol. A frame is taken when a
 * second has gone since the last one, and at scene changes, of which there are at most five a second.
 */
export function ffmpegWords(container: Container): string[] {
  const due = "isnan(prev_selected_t)+gte(t-prev_selected_t,1)";
  const scene = `gt(scene,${SCENE_SCORE})*gte(t-prev_selected_t,0.2)`;
  const filters = [
    `select='${due}+${scene}'`,
    `metadata=print:key=lavfi.scene_score:file='pipe\\:${TIMES_FD}':direct=1`,
    `scale=${FRAME_SIDE}:${FRAME_SIDE}:flags=area`,
    "format=rgb24",
  ];
  const input = "-nostdin -hide_banner -loglevel quiet -protocol_whitelist file -threads 2 -an -sn -dn -f";
  const output = `-map 0:V:0 -fps_mode passthrough -frames:v ${MOST_FRAMES} -f rawvideo -vf`;
  return [
    ...input.split(" "),
    container,
    "-codec_whitelist",
    CODINGS.join(","),
    "-i",
    `file:/proc/self/fd/${FILM_FD}`,
    ...output.split(" "),
    filters.join(","),
    `pipe:${FRAMES_FD}`,
  ];
}

/** So many pixels a side are enough to tell what a cut picture shows. */
const PICTURE_SIDE = 2048;
/** Of such a picture, as BMP. */
export const MOST_PICTURE_BYTES = PICTURE_SIDE * PICTURE_SIDE * 3 + 4096;

/** What ffmpeg is told of one coded picture, a stream of AV1: to show it as far as it goes, as BMP. */
export const pictureWords: string[] = [
  ..."-nostdin -hide_banner -loglevel quiet -protocol_whitelist file -threads 1 -f obu".split(" "),
  ..."-codec_whitelist av1,libdav1d -i".split(" "),
  `file:/proc/self/fd/${FILM_FD}`,
  ..."-map 0:V:0 -frames:v 1 -vf".split(" "),
  `scale='min(${PICTURE_SIDE},iw)':'min(${PICTURE_SIDE},ih)':force_original_aspect_ratio=decrease`,
  ..."-pix_fmt bgr24 -c:v bmp -f image2pipe".split(" "),
  `pipe:${FRAMES_FD}`,
];

/** What films on the web are coded in: the less is decoded, the less of ffmpeg is open to strangers. */
const CODINGS = (
  "h264 hevc av1 libdav1d vp8 vp9 libvpx-vp9 mpeg4 h263 msmpeg4v1 msmpeg4v2 msmpeg4 " +
  "wmv1 wmv2 wmv3 vc1 mpeg1video mpeg2video mjpeg flv vp6 vp6f theora"
).split(" ");
