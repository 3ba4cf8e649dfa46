import { decodePicture } from "../decode/decode.ts";
import { differingBits } from "../compare/differing-bits.ts";
import { encodeScene, generateScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { pdq } from "../hashes/pdq.ts";
import { PDQ_RADIUS } from "../compare/thresholds.ts";

/**
 * A picture that resembles `generatePicture(seed)` at its default size, and whose PDQ hash lies just outside the
 * radius from it: 32 to 60 bits. Found by fading another scene in until the distance is reached; always the same.
 * Throws when no step of the fade falls into that band, which no seed tried so far does.
 */
export async function nearOutsideRadius(seed: number): Promise<{ bytes: Buffer; distance: number }> {
  const [width, height] = [640, 480];
  const scene = generateScene(seed, width, height);
  const other = generateScene((seed ^ 0x5bd1e995) >>> 0, width, height);
  const home = await hashOf(await encodeScene(scene, "jpeg"));
  let [inside, outside] = [0, 1];
  for (let step = 0; step < 12; step++) {
    const share = (inside + outside) / 2;
    const bytes = await encodeScene(blend(scene, other, share), "jpeg");
    const distance = differingBits(home, await hashOf(bytes));
    if (distance > PDQ_RADIUS + MARGIN && distance <= FARTHEST) return { bytes, distance };
    if (distance <= PDQ_RADIUS + MARGIN) inside = share;
    else outside = share;
  }
  throw new Error(`no blend of scene ${seed} lies between ${PDQ_RADIUS + MARGIN + 1} and ${FARTHEST} bits away`);
}

/** A little room, so that storing the picture again does not bring it back inside. */
const MARGIN = 4;
const FARTHEST = 60;

function blend(scene: Scene, other: Scene, share: number): Scene {
  const pixels = scene.pixels.map((value, i) => Math.round(value * (1 - share) + (other.pixels[i] as number) * share));
  return { ...scene, pixels };
}

async function hashOf(bytes: Uint8Array): Promise<Uint8Array> {
  const decoded = await decodePicture(bytes);
  if (!decoded.ok) throw new Error(`a generated picture was refused: ${decoded.reason}`);
  return pdq(decoded.picture).forms.original;
}
