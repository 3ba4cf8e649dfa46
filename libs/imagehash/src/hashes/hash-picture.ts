import { blockhash256 } from "./blockhash.ts";
import type { Blockhash } from "./blockhash.ts";
import { cryptographicHashes } from "./cryptographic.ts";
import type { CryptographicHashes } from "./cryptographic.ts";
import { differingBits } from "../compare/differing-bits.ts";
import { blockhashIsComparable, pdqIsComparable } from "../compare/thresholds.ts";
import { decodePicture } from "../decode/decode.ts";
import type { DecodeOptions, PictureFacts, Refused } from "../decode/decoded.ts";
import type { Picture } from "../decode/pixels.ts";
import type { Shown, ShownByFile } from "../decode/shown.ts";
import { derivedFingerprints, type DerivedFingerprint } from "./derived.ts";
import { innerNominatesOnly, innerPicture } from "./inner.ts";
import { pdq } from "./pdq.ts";
import type { Pdq } from "./pdq.ts";
import type { KernelHashes } from "./watch.ts";

/** The two hashes of one picture by what it shows. */
export type PictureHashes = { readonly blockhash: Blockhash; readonly pdq: Pdq };

/** A further picture that a file shows, without its pixels. */
export type Rendition = Omit<Shown, "picture"> &
  PictureHashes & {
    /** What a border of one colour frames, of the picture or of a frame: so much of its area, in percent. */
    readonly innerPercent?: number;
    /** Shows too little of the picture to decide anything. */
    readonly nominatesOnly: boolean;
  };

/** The hashes of what a file shows, by one recipe, or the reason why there are none. */
export type PerceptualHashes =
  | ({
      readonly ok: true;
      readonly renditions: readonly Rendition[];
      readonly derived?: readonly DerivedFingerprint[];
    } & PictureHashes &
      PictureFacts)
  | Refused;

/**
 * All hashes of a file. One that gave no picture still has its cryptographic hashes, by which it may be listed,
 * beside the reason why there are no others.
 */
export type HashedPicture = PerceptualHashes & { readonly cryptographic: CryptographicHashes };

/** Hashes a file, by the recipe `exact` unless another is named. Never throws on bad input. See the README for costs. */
export async function hashPicture(bytes: Uint8Array, options?: DecodeOptions): Promise<HashedPicture> {
  const cryptographic = cryptographicHashes(bytes);
  return { ...(await perceptualHashes(bytes, options)), cryptographic };
}

/** Besides how to decode: who is told of a file while it is being hashed. */
export type HashOptions = DecodeOptions & {
  /** Hashes of what the picture would be after edits that hide it, too; of an animation there are none. */
  readonly derived?: boolean | undefined;
  /** Each picture with its hashes, while its pixels are there. */
  readonly onHashed?: (picture: Picture, hashes: KernelHashes) => void;
  /** What is known, before each further step: if the process is killed over that, this has been said. */
  readonly onSoFar?: (known: Extract<PerceptualHashes, { ok: true }>) => void;
};

/** What of `hashPicture` needs decoding, for a process of its own. */
export async function perceptualHashes(bytes: Uint8Array, options: HashOptions = {}): Promise<PerceptualHashes> {
  const decoded = await decodePicture(bytes, options);
  if (!decoded.ok) return decoded;
  const { facts, picture } = decoded;
  const first = { ok: true, ...facts, ...(await hashesOfPicture(decoded, options)) } as const;
  const known = await withOthers(decoded, first, options);
  if (options.derived !== true || facts.frameCount > 0) return known;
  options.onSoFar?.(known);
  return { ...known, derived: derivedFingerprints(picture) };
}

type Known = Extract<PerceptualHashes, { ok: true }>;

async function withOthers(
  { facts, picture, others }: ShownByFile & { readonly facts: PictureFacts },
  first: Omit<Known, "renditions">,
  options: HashOptions,
): Promise<Known> {
  let [renditions, degraded] = [innerOf(picture, { onBlack: false }, options), facts.degraded];
  if (others === undefined) return { ...first, renditions };
  options.onSoFar?.({ ...first, renditions, degraded: true });
  for await (const shown of others()) {
    degraded ||= shown === undefined;
    if (shown !== undefined) renditions = [...renditions, ...renditionsOf(shown, first.pdq, renditions, options)];
    options.onSoFar?.({ ...first, renditions, degraded: true });
  }
  return { ...first, renditions, degraded };
}

/** A veil over colours takes detail away that earlier releases saw beneath it. */
async function hashesOfPicture({ picture, opaque }: ShownByFile, options: HashOptions): Promise<PictureHashes> {
  const onWhite = hashesOf(picture, options);
  if (opaque === undefined || pdqIsComparable(onWhite.pdq)) return onWhite;
  const beneath = hashesOf(await opaque(), options);
  return beneath.pdq.quality > onWhite.pdq.quality ? beneath : onWhite;
}

function hashesOf(picture: Picture, { onHashed }: HashOptions): PictureHashes {
  const hashes = { blockhash: blockhash256(picture), pdq: pdq(picture) };
  onHashed?.(picture, hashes);
  return hashes;
}

/** Bits by which the same picture on white and on black may differ and say nothing new. */
const SAME = 4;

function renditionsOf(
  { picture, ...of }: Shown,
  first: Pdq,
  earlier: readonly Rendition[],
  options: HashOptions,
): Rendition[] {
  const hashes = hashesOf(picture, options);
  if (!of.onBlack) return [{ ...of, ...hashes, nominatesOnly: false }, ...innerOf(picture, of, options)];
  const isOnWhite = ({ frame, innerPercent }: Rendition) => frame === of.frame && innerPercent === undefined;
  const onWhite = of.frame === undefined ? first : earlier.findLast(isOnWhite)?.pdq;
  const apart = onWhite === undefined ? Infinity : differingBits(onWhite.forms.original, hashes.pdq.forms.original);
  const tells = pdqIsComparable(hashes.pdq) || blockhashIsComparable(hashes.blockhash);
  return tells && apart > SAME ? [{ ...of, ...hashes, nominatesOnly: false }] : [];
}

/** What a border frames of a picture. On black it would be the same. */
function innerOf(picture: Picture, of: Omit<Shown, "picture">, options: HashOptions): Rendition[] {
  const inner = innerPicture(picture);
  if (inner === undefined) return [];
  const hashes = hashesOf(inner.picture, options);
  const { areaPercent: innerPercent } = inner;
  return [{ ...of, ...hashes, innerPercent, nominatesOnly: innerNominatesOnly(innerPercent, hashes.pdq.quality) }];
}
