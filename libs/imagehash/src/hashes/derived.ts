import { PDQ_MIN_QUALITY } from "../compare/thresholds.ts";
import type { Picture } from "../decode/pixels.ts";
import { byBlocks } from "./by-blocks.ts";
import { innerPicture } from "./inner.ts";
import { part } from "../decode/part.ts";
import { uprightPdq } from "./pdq.ts";

/** A hash by which a part, or a captioned copy, of a picture is found. */
export type DerivedFingerprint = {
  /** What was done to the picture, for example "crop 5 %". */
  readonly name: string;
  /** PDQ, 32 bytes. */
  readonly hash: Uint8Array;
  readonly quality: number;
};

/**
 * What a picture's PDQ hash would be after the edits that hide it most: a few crops, and bars of one colour over its
 * lower or upper band, or beside it, in place of captions; and of what a border of its own frames. Each reaches about 1 % of
 * a side around it. For material of one's own: such hashes nominate and never decide. Those of too little quality to be
 * compared are left out.
 *
 * Hashes 28 pictures made of the picture shrunk once, which moves a hash by a few bits. Processor time: 20 ms at half a
 * megapixel, 90 ms at twelve.
 */
export function derivedFingerprints(whole: Picture): DerivedFingerprint[] {
  const picture = byBlocks(whole, SIDE);
  const inner = innerPicture(picture)?.picture;
  const within: Derivation[] = inner ? [{ name: WITHIN, edit: () => ({ edited: inner, shown: inner }) }] : [];
  const own = uprightPdq(picture);
  return [...within, ...EDITS].flatMap(({ name, edit }) => {
    const { edited, shown } = edit(picture);
    const { hash, quality: ofAll } = uprightPdq(edited);
    // A bar's edge counts as detail, and says nothing of the picture.
    const ofShown = shown === edited ? ofAll : (shown === picture ? own : uprightPdq(shown)).quality;
    const quality = Math.min(ofAll, ofShown);
    return quality < PDQ_MIN_QUALITY ? [] : [{ name, hash, quality }];
  });
}

/** Longest side of what is edited. */
const SIDE = 512;

type Edited = {
  readonly edited: Picture;
  /** What is still seen of the picture. */
  readonly shown: Picture;
};
type Derivation = { readonly name: string; readonly edit: (picture: Picture) => Edited };

const WITHIN = "within its border";
const percent = (share: number) => `${share * 100} %`;
/** PDQ does not see what is the same all along a row, so that one bar stands for bars of every colour. */
const EDITS: readonly Derivation[] = [
  ...[0.025, 0.05, 0.075, 0.1].map((share) => ({ name: `crop ${percent(share)}`, edit: cropped(share) })),
  ...[0.08, 0.1, 0.12].flatMap((share) => [
    { name: `bar over the lower ${percent(share)}`, edit: covered(0, share) },
    { name: `bar over the upper ${percent(share)}`, edit: covered(share, 0) },
  ]),
  ...[0.08, 0.12].map((share) => ({ name: `bars over both ${percent(share)}`, edit: covered(share, share) })),
  ...[0.08, 0.1, 0.12, 0.14].flatMap((share) => [
    { name: `bar below, ${percent(share)}`, edit: extended(0, share) },
    { name: `bar above, ${percent(share)}`, edit: extended(share, 0) },
  ]),
];

/** Each edit that a hash may be named for. */
export const DERIVED_NAMES: readonly string[] = [WITHIN, ...EDITS.map(({ name }) => name)];

function cropped(share: number): Derivation["edit"] {
  return (picture) => {
    const [left, top] = [Math.round(picture.width * share), Math.round(picture.height * share)];
    const edited = part(picture, { left, top, right: picture.width - left, bottom: picture.height - top });
    return { edited, shown: edited };
  };
}

/** With bars over so much of its height. */
function covered(above: number, below: number): Derivation["edit"] {
  return (picture) => {
    const { width, height, channels } = picture;
    const [top, bottom] = [Math.round(height * above), height - Math.round(height * below)];
    const pixels = new Uint8Array(picture.pixels).fill(255, 0, top * width * channels);
    pixels.fill(255, bottom * width * channels);
    return { edited: { ...picture, pixels }, shown: part(picture, { left: 0, top, right: width, bottom }) };
  };
}

/** With bars of so much of its height beside it. */
function extended(above: number, below: number): Derivation["edit"] {
  return (picture) => {
    const { width, channels } = picture;
    const [top, bottom] = [Math.round(picture.height * above), Math.round(picture.height * below)];
    const height = picture.height + top + bottom;
    const pixels = new Uint8Array(width * height * channels).fill(255);
    pixels.set(picture.pixels, top * width * channels);
    return { edited: { ...picture, height, pixels }, shown: picture };
  };
}
