import type { Picture } from "../decode/pixels.ts";

/**
 * A picture shrunk so that its longest side is at most so long, each pixel the mean of a block of others; as it is where it
 * is no longer. What fills no block, at the right and at the bottom, is left out. A fully transparent pixel counts as white.
 */
export function byBlocks(picture: Picture, longest: number): Picture {
  const { channels, pixels } = picture;
  const block = Math.ceil(Math.max(picture.width, picture.height) / longest);
  // Of a picture that is a line a block would be more than its other side.
  if (block === 1 || Math.min(picture.width, picture.height) < block) return picture;
  const [width, height] = [Math.floor(picture.width / block), Math.floor(picture.height / block)];
  const sums = new Uint32Array(width * 3);
  const out = new Uint8Array(width * height * 3);
  for (let row = 0; row < height * block; row++) {
    if (row % block === 0) sums.fill(0);
    let at = row * picture.width * channels;
    for (let column = 0; column < width * block; column++, at += channels) {
      const to = Math.floor(column / block) * 3;
      const isClear = channels === 4 && pixels[at + 3] === 0;
      for (let channel = 0; channel < 3; channel++) {
        sums[to + channel] = (sums[to + channel] as number) + (isClear ? 255 : (pixels[at + channel] as number));
      }
    }
    if (row % block < block - 1) continue;
    const from = Math.floor(row / block) * width * 3;
    for (let nth = 0; nth < sums.length; nth++) out[from + nth] = Math.round((sums[nth] as number) / (block * block));
  }
  return { width, height, channels: 3, pixels: out };
}
