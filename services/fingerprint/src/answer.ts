import type { CryptographicHashes, DecodeRefusal, Form, PictureHashes, Rendition as Hashed } from "@ntd/imagehash";
import { blockhashIsComparable, pdqIsComparable, recipeId } from "@ntd/imagehash/compare";
import { Algorithm, RenditionKind, type Fingerprint, type Rendition } from "@ntd/proto/common/v1/common";
import { PictureProblem, type ComputeFingerprintsResponse } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { Decoding, KillReason } from "./decoding.ts";

/** What is answered to a file, however its decoding ended. */
export function answerOf(cryptographic: CryptographicHashes, decoding: Decoding): ComputeFingerprintsResponse {
  const exact = [
    fingerprint(Algorithm.SHA256, bytesOf(cryptographic.sha256)),
    fingerprint(Algorithm.SHA1, bytesOf(cryptographic.sha1)),
    fingerprint(Algorithm.MD5, bytesOf(cryptographic.md5)),
  ];
  if ("soFar" in decoding) return answerOf(cryptographic, decoding.soFar);
  if (decoding.kind !== "decoded") {
    const format = (decoding.kind === "refused" && decoding.format) || "";
    return { ...NOTHING_DECODED, fingerprints: exact, problem: problemOf(decoding), format };
  }
  const { recipe, renditions, derived = [], frameCount, degraded, format, width, height } = decoding;
  return {
    recipe: recipeId(recipe),
    fingerprints: [...exact, ...perceptual(decoding)],
    pdqForms: formsOf(decoding),
    problem: PictureProblem.UNSPECIFIED,
    renditions: renditions.map(renditionOf),
    derived: derived.map(({ name, hash, quality }) => ({ edit: name, pdq: hash, quality })),
    frameCount,
    degraded,
    format,
    width,
    height,
  };
}

function renditionOf(hashed: Hashed): Rendition {
  const { frame, shownMs, onBlack, innerPercent, nominatesOnly, pdq, blockhash } = hashed;
  const kinds = [
    ...(frame === undefined ? [] : [RenditionKind.FRAME]),
    ...(onBlack ? [RenditionKind.ON_BLACK] : []),
    ...(innerPercent === undefined ? [] : [RenditionKind.INNER]),
  ];
  return {
    kinds,
    frame,
    shownFor: shownMs === undefined ? undefined : durationOf(shownMs),
    areaPercent: innerPercent,
    fingerprints: perceptual(hashed),
    pdqForms: formsOf(hashed),
    nominatesOnly,
    tooLittleDetail: !pdqIsComparable(pdq) && !blockhashIsComparable(blockhash),
  };
}

function perceptual({ pdq, blockhash }: PictureHashes): Fingerprint[] {
  return [
    fingerprint(Algorithm.PDQ, pdq.forms.original, pdq.quality),
    fingerprint(Algorithm.BLOCKHASH256, blockhash.hash, blockhash.transitions),
  ];
}

function formsOf({ pdq }: PictureHashes): { form: string; value: Uint8Array }[] {
  return (Object.entries(pdq.forms) as [Form, Uint8Array][]).map(([form, value]) => ({ form, value }));
}

export function durationOf(ms: number): { seconds: bigint; nanos: number } {
  const nanos = BigInt(Math.round(ms * 1_000_000));
  return { seconds: nanos / SECOND, nanos: Number(nanos % SECOND) };
}

const SECOND = 1_000_000_000n;

const NOTHING_DECODED = {
  recipe: "",
  pdqForms: [],
  renditions: [],
  derived: [],
  frameCount: 0,
  degraded: false,
  width: 0,
  height: 0,
};

function problemOf(decoding: Exclude<Decoding, { kind: "decoded" }>): PictureProblem {
  switch (decoding.kind) {
    case "refused":
      return REFUSALS[decoding.reason];
    case "differs":
      return PictureProblem.KERNELS_DIFFER;
    case "killed":
      return KILLED[decoding.reason];
    case "crashed":
      return PictureProblem.BROKEN;
    default:
      return decoding satisfies never;
  }
}

const KILLED: Readonly<Record<KillReason, PictureProblem>> = {
  time: PictureProblem.TIMED_OUT,
  memory: PictureProblem.TOO_LARGE,
  answer: PictureProblem.BROKEN,
};

const REFUSALS: Readonly<Record<DecodeRefusal, PictureProblem>> = {
  empty: PictureProblem.NOT_A_PICTURE,
  not_a_picture: PictureProblem.NOT_A_PICTURE,
  format_not_allowed: PictureProblem.FORMAT_NOT_ALLOWED,
  too_many_bytes: PictureProblem.TOO_LARGE,
  too_large: PictureProblem.TOO_LARGE,
  too_small: PictureProblem.TOO_SMALL,
  broken: PictureProblem.BROKEN,
};

function fingerprint(algorithm: Algorithm, value: Uint8Array, quality = 0): Fingerprint {
  return { algorithm, value, quality };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
