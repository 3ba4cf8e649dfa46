import { expect, it } from "vitest";
import { blockhash256 } from "./blockhash.ts";
import { FORMS } from "./dihedral.ts";
import { onBlack, onWhite } from "./kernel.ts";
import { pdq } from "./pdq.ts";
import { kernelsDifferingOver, kernelsDifferingOverVectors, type KernelHashes, type Kernels } from "./watch.ts";
import type { Picture } from "../decode/pixels.ts";
import { KINDS, randomPicture } from "../../test/pictures.ts";

const right: Kernels = (picture) => ({ pdq: pdq(picture), blockhash: blockhash256(picture) });

it("agrees with the other code over pictures of any kind, and over the fixed ones", () => {
  for (const kind of KINDS) {
    const picture = randomPicture(kind, 133, 87, 3);
    expect(kernelsDifferingOver(picture, right(picture)), kind).toEqual([]);
  }
  expect(kernelsDifferingOverVectors()).toEqual([]);
});

it("tells one wrong bit of either hash, and a wrong quality", () => {
  const picture = randomPicture("noise", 133, 87, 4);
  const hashes = right(picture);
  expect(kernelsDifferingOver(picture, wrongBlockhash(hashes))).toEqual(["blockhash"]);
  expect(kernelsDifferingOver(picture, wrongPdq(hashes, "original"))).toEqual(["pdq"]);
  expect(kernelsDifferingOver(picture, wrongPdq(wrongBlockhash(hashes), "original"))).toEqual(["pdq", "blockhash"]);
  expect(kernelsDifferingOver(picture, { ...hashes, pdq: { ...hashes.pdq, quality: 49 } })).toEqual(["pdq"]);
});

it.each(FORMS)("tells one wrong bit of the form %s of a fixed picture", (form) => {
  expect(kernelsDifferingOverVectors((picture) => wrongPdq(right(picture), form))).toEqual(["pdq"]);
});

it("tells a fault that only one of the fixed pictures meets", () => {
  const wrong: Kernels = (picture) => (picture.channels === 4 ? wrongBlockhash(right(picture)) : right(picture));
  expect(kernelsDifferingOverVectors(wrong)).toEqual(["blockhash"]);
  const blind = (picture: Picture) => right({ ...picture, pixels: picture.pixels.map((value) => value & 0xfe) });
  expect(kernelsDifferingOverVectors(blind)).toContain("pdq");
});

it("tells one wrong value of what shows through, on either ground: no hash is right then", () => {
  const flat = (pixels: Uint8Array) => onWhite(pixels).shown;
  const wrong = (pixels: Uint8Array) => pixels.map((value, i) => (i === 4000 ? value ^ 1 : value));
  const onGround = { onWhite: flat, onBlack: (pixels: Uint8Array) => onBlack(pixels) };
  expect(kernelsDifferingOverVectors(right, onGround)).toEqual([]);
  for (const one of ["onWhite", "onBlack"] as const) {
    const layers = { ...onGround, [one]: (pixels: Uint8Array) => wrong(onGround[one](pixels)) };
    expect(kernelsDifferingOverVectors(right, layers), one).toEqual(["pdq", "blockhash"]);
  }
});

function wrongBlockhash(hashes: KernelHashes): KernelHashes {
  return { ...hashes, blockhash: { ...hashes.blockhash, hash: hashes.blockhash.hash.with(7, 0x5a) } };
}

function wrongPdq(hashes: KernelHashes, form: (typeof FORMS)[number]): KernelHashes {
  const forms = { ...hashes.pdq.forms, [form]: hashes.pdq.forms[form].map((byte, i) => (i === 9 ? byte ^ 16 : byte)) };
  return { ...hashes, pdq: { ...hashes.pdq, forms } };
}
