import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { generatePicture } from "../generated/picture.ts";
import { cutAvif } from "./cut-avif.ts";

let avif: Buffer;
beforeAll(async () => {
  avif = await sharp(await generatePicture(1))
    .resize(200)
    .avif({ quality: 60 })
    .toBuffer();
});

test("of a whole file nothing is made up", () => {
  expect(cutAvif(avif)).toBeUndefined();
});

test("of one that is cut, the coded picture is there as far as it goes, and noughts", () => {
  const cut = cutAvif(avif.subarray(0, -100));
  expect(cut?.subarray(0, 2)).toEqual(Buffer.of(0x12, 0));
  expect(cut?.subarray(-100)).toEqual(Buffer.alloc(100));
  const there = cut?.subarray(2, -100) ?? Buffer.of();
  expect(avif.indexOf(there)).toBeGreaterThan(0);
  expect(there.length).toBeGreaterThan(1000);
});

test("wherever it is cut, and whatever byte is another: a value, and no more bytes than a picture has", () => {
  const changed = fc.record({ end: fc.nat(), at: fc.nat(), byte: fc.nat(255) });
  fc.assert(
    fc.property(changed, ({ end, at, byte }) => {
      const bytes = Buffer.from(avif.subarray(0, end % avif.length));
      if (bytes.length > 0) bytes[at % Math.min(bytes.length, 400)] = byte;
      expect(cutAvif(bytes)?.length ?? 0).toBeLessThanOrEqual(25 * 1024 * 1024 + 2);
    }),
    { numRuns: 2000 },
  );
});

test.each(["", "not a picture", "\0\0\0\x1cftypavif"])("of %j nothing is made up", (text) => {
  expect(cutAvif(Buffer.from(text, "latin1"))).toBeUndefined();
});
