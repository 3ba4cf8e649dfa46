import { avifAnimation, pngAnimation, stripAnimation, type Animation } from "../frames/animation.ts";
import { apng } from "../frames/apng.ts";
import type { AvifSequence } from "../frames/avif-sequence.ts";
import { chooseWithin, shownTimes } from "../frames/choose-frames.ts";
import { layersOf } from "./layers.ts";
import { shrunk, type Header, type Picture, type Reading } from "./pixels.ts";
import type { PictureFormat } from "./sniff.ts";

/** A further picture that a file shows. Its pixels are used before the next one is asked for. */
export type Shown = {
  readonly picture: Picture;
  /** On black instead of white: it looks otherwise there. */
  readonly onBlack: boolean;
  /** Of an animation, counted from 0. */
  readonly frame?: number;
  /** How long the frame is shown in one round, in milliseconds. */
  readonly shownMs?: number;
};

/** What a file shows: the picture that stands for it, and the others on demand, one at a time. */
export type ShownByFile = {
  readonly picture: Picture;
  /** The picture as if nothing of it were half transparent; absent where nothing is. */
  readonly opaque?: () => Promise<Picture>;
  /** Undefined for what should be looked at and cannot, or not whole. Absent where the file shows nothing else. */
  readonly others?: () => AsyncGenerator<Shown | undefined, void>;
};

/** What comes of the pixels of a file whose frames are those of an animation. */
export async function shownBy(
  pixels: Picture,
  animation: Animation | undefined,
  reading: Pick<Reading, "shrink"> & { readonly maxAnimationPixels: number },
): Promise<ShownByFile> {
  const sized = (picture: Picture) => (reading.shrink ? shrunk(picture) : Promise.resolve(picture));
  const { onWhite, onBlack, opaque } = layersOf(pixels, true);
  async function* others(): AsyncGenerator<Shown | undefined, void> {
    if (onBlack !== undefined) yield { picture: await sized(onBlack()), onBlack: true };
    if (animation === undefined) return;
    const times = shownTimes(animation.delaysMs);
    const { frames, isAll } = chooseWithin(times, animation, reading.maxAnimationPixels);
    for await (const { frame, picture, isDamaged } of animation.read(
      frames.filter((one) => !animation.isPicture(one)),
    )) {
      if (picture !== undefined) yield* shownIn(picture, { frame, shownMs: times[frame] ?? 0 });
      if (isDamaged) yield undefined;
    }
    if (!isAll) yield undefined;
  }
  async function* shownIn(picture: Picture, of: Pick<Shown, "frame" | "shownMs">): AsyncGenerator<Shown, void> {
    const layers = layersOf(picture);
    yield { ...of, picture: await sized(layers.onWhite), onBlack: false };
    if (layers.onBlack !== undefined) yield { ...of, picture: await sized(layers.onBlack()), onBlack: true };
  }
  return {
    picture: await sized(onWhite),
    ...(opaque && { opaque: async () => sized(opaque()) }),
    ...((onBlack ?? animation) && { others }),
  };
}

/** The frames of a file that moves; undefined where it is a still picture. */
export function animationOf(
  bytes: Uint8Array,
  {
    format,
    header,
    reading,
    sequence,
  }: { format: PictureFormat; header: Header; reading: Reading; sequence: AvifSequence | undefined },
): Animation | undefined {
  if (sequence !== undefined) return avifAnimation(sequence, header, reading);
  if (format === "png") {
    const frames = apng(bytes, header.stored);
    return frames && pngAnimation(frames, header, reading);
  }
  const moves = (format === "gif" || format === "webp") && header.delaysMs.length > 1;
  return moves ? stripAnimation(bytes, header) : undefined;
}
