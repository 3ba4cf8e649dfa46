import { expect, it } from "vitest";
import { flatPicture, generatePicture } from "./generated-picture.ts";
import { blockhashIsComparable, countTransitions, decodePicture, blockhash256 } from "./index.ts";

it("sets the bits of bright blocks, row by row from the top left", () => {
  const pixels = new Uint8Array(32 * 32 * 4).fill(255);
  // The right half black: every row of blocks is bright on the left.
  for (let i = 0; i < 32 * 32; i++) if (i % 32 >= 16) pixels.fill(0, i * 4, i * 4 + 3);
  const { hash, transitions } = blockhash256({ width: 32, height: 32, pixels, format: "png", degraded: false });
  expect(Buffer.from(hash).toString("hex")).toBe("ff00".repeat(16));
  expect(transitions).toBe(16);
});

it.each([
  ["one colour", "0000".repeat(16), 0],
  ["a chessboard", "aaaa5555".repeat(8), 480],
  ["upright stripes", "aaaa".repeat(16), 240],
  ["lying stripes", "ffff0000".repeat(8), 240],
  ["one bit in a corner", "8000" + "0000".repeat(15), 2],
  ["one bit at the end", "0000".repeat(15) + "0001", 2],
  ["one bit inside", "0000".repeat(7) + "0100" + "0000".repeat(8), 4],
])("counts the unequal neighbours of %s", (_, hex, expected) => {
  expect(countTransitions(Buffer.from(hex, "hex"))).toBe(expected);
});

it("tells a rich picture from a plain one", async () => {
  expect(await comparable(await generatePicture(41))).toBe(true);
  expect(await comparable(await flatPicture(41))).toBe(false);
});

async function comparable(bytes: Uint8Array): Promise<boolean> {
  const decoded = await decodePicture(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return blockhashIsComparable(blockhash256(decoded.picture));
}
