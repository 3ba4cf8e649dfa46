import type { DerivedFingerprint, Form, PerceptualAlgorithm, PictureHashes, Rendition } from "@ntd/imagehash";
import { countTransitions, PDQ_MIN_QUALITY, RECIPE_EXACT, RECIPE_FAST } from "@ntd/imagehash/compare";
import {
  DECODE_LIMITS,
  DECODE_REFUSALS,
  DERIVED_NAMES,
  FORMS,
  MOST_RENDITIONS,
  PICTURE_FORMATS,
  REFUSED_FORMATS,
} from "@ntd/imagehash/hashes";
import type { Decoded, DecoderAnswer } from "./decoding.ts";

/**
 * What a decoder says, read as what a stranger says: the decoder may have been taken over by the picture. Undefined where
 * it is nothing that a decoder says; else of the types it seems to be, every number within what it can be, every hash as
 * long as it is, and nothing beside.
 */
export function readAnswer(json: string): DecoderAnswer | undefined {
  return believed(json, (said) => {
    const { kind, ...rest } = fieldsOf(said);
    switch (kind) {
      case "decoded":
        return decodedOf(rest);
      case "refused":
        return refusedOf(rest);
      case "differs":
        return { kind, kernels: kernelsOf(rest["kernels"], 1) };
      default:
        throw new Misspoken();
    }
  });
}

/** What it knew of a picture before it ended. */
export function readKnown(json: string): Decoded | undefined {
  return believed(json, (said) => decodedOf(fieldsOf(said)));
}

/** Which hashes of known pictures it computes wrongly. */
export function readReady(json: string): PerceptualAlgorithm[] | undefined {
  return believed(json, (said) => kernelsOf(said, 0));
}

class Misspoken extends Error {}

function believed<T>(json: string, read: (said: unknown) => T): T | undefined {
  try {
    return read(JSON.parse(json));
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const ALGORITHMS = ["pdq", "blockhash"] as const satisfies PerceptualAlgorithm[];
const MOST_PIXELS = Math.max(...Object.values({ ...DECODE_LIMITS.maxPixels, ...DECODE_LIMITS.maxShrunkPixels }));
/** More frames than a file of the longest that are decoded can have. */
const MOST_FRAMES = DECODE_LIMITS.maxBytes;
/** The longest that a format can say; of AVIF, in seconds. */
const MOST_SHOWN_MS = 2 ** 32 * 1000;

function decodedOf(said: Fields): Decoded {
  const width = whole(said["width"], 1, MOST_PIXELS);
  const height = whole(said["height"], 1, Math.floor(MOST_PIXELS / width));
  const frameCount = whole(said["frameCount"], 0, MOST_FRAMES);
  return {
    kind: "decoded",
    ok: true,
    ...(said["watched"] !== undefined && { watched: flag(said["watched"]) }),
    recipe: recipeOf(said["recipe"]),
    format: oneOf(said["format"], PICTURE_FORMATS),
    width,
    height,
    frameCount,
    degraded: flag(said["degraded"]),
    ...hashesOf(said),
    renditions: listOf(said["renditions"], 0, MOST_RENDITIONS).map((one) => renditionOf(fieldsOf(one), frameCount)),
    ...(said["derived"] !== undefined && {
      derived: listOf(said["derived"], 0, DERIVED_NAMES.length).map((one) => derivedOf(fieldsOf(one))),
    }),
  };
}

function derivedOf({ name, hash, quality }: Fields): DerivedFingerprint {
  return { name: oneOf(name, DERIVED_NAMES), hash: hashOf(hash), quality: whole(quality, PDQ_MIN_QUALITY, 100) };
}

function refusedOf({ reason, format }: Fields): DecoderAnswer {
  const known = [...PICTURE_FORMATS, ...REFUSED_FORMATS];
  return {
    kind: "refused",
    reason: oneOf(reason, DECODE_REFUSALS),
    ...(format !== undefined && { format: oneOf(format, known) }),
  };
}

function renditionOf(said: Fields, frameCount: number): Rendition {
  const { frame, shownMs, innerPercent } = said;
  return {
    ...(frame !== undefined && { frame: whole(frame, 0, frameCount - 1) }),
    ...(shownMs !== undefined && { shownMs: number(shownMs, 0, MOST_SHOWN_MS) }),
    ...(innerPercent !== undefined && { innerPercent: whole(innerPercent, 1, 99) }),
    onBlack: flag(said["onBlack"]),
    nominatesOnly: flag(said["nominatesOnly"]),
    ...hashesOf(said),
  };
}

function hashesOf(said: Fields): PictureHashes {
  const [pdq, blockhash] = [fieldsOf(said["pdq"]), fieldsOf(said["blockhash"])];
  const forms = fieldsOf(pdq["forms"]);
  const hash = hashOf(blockhash["hash"]);
  return {
    pdq: {
      quality: whole(pdq["quality"], 0, 100),
      forms: Object.fromEntries(FORMS.map((form) => [form, hashOf(forms[form])])) as Record<Form, Uint8Array>,
    },
    // They follow from the hash: nobody needs to say them.
    blockhash: { hash, transitions: countTransitions(hash) },
  };
}

function recipeOf(said: unknown) {
  const { name, version } = fieldsOf(said);
  const found = [RECIPE_EXACT, RECIPE_FAST].find((recipe) => recipe.name === name && recipe.version === version);
  if (found === undefined) throw new Misspoken();
  return found;
}

function kernelsOf(said: unknown, least: number): PerceptualAlgorithm[] {
  return listOf(said, least, ALGORITHMS.length).map((one) => oneOf(one, ALGORITHMS));
}

function hashOf(said: unknown): Uint8Array {
  if (typeof said !== "string" || !/^[0-9a-f]{64}$/.test(said)) throw new Misspoken();
  return Uint8Array.from(Buffer.from(said, "hex"));
}

function whole(said: unknown, least: number, most: number): number {
  if (!Number.isInteger(said)) throw new Misspoken();
  return number(said, least, most);
}

function number(said: unknown, least: number, most: number): number {
  if (typeof said !== "number" || !(said >= least && said <= most)) throw new Misspoken();
  return said;
}

function flag(said: unknown): boolean {
  if (typeof said !== "boolean") throw new Misspoken();
  return said;
}

function oneOf<T extends string>(said: unknown, known: readonly T[]): T {
  const found = known.find((one) => one === said);
  if (found === undefined) throw new Misspoken();
  return found;
}

function listOf(said: unknown, least: number, most: number): unknown[] {
  if (!Array.isArray(said) || said.length < least || said.length > most) throw new Misspoken();
  return said;
}

function fieldsOf(said: unknown): Fields {
  if (typeof said !== "object" || said === null || Array.isArray(said)) throw new Misspoken();
  return said as Fields;
}
