import { expect, it } from "vitest";
import { flatPicture, generatePicture } from "./generated-picture.ts";
import { blockhashIsComparable, decodePicture, blockhash256 } from "./index.ts";

it("sets the bits of bright blocks, row by row from the top left", () => {
  const pixels = new Uint8Array(32 * 32 * 4).fill(255);
  // The right half black: every row of blocks is bright on the left.
  for (let i = 0; i < 32 * 32; i++) if (i % 32 >= 16) pixels.fill(0, i * 4, i * 4 + 3);
  const { hash, transitions } = blockhash256({ width: 32, height: 32, pixels });
  expect(Buffer.from(hash).toString("hex")).toBe("ff00".repeat(16));
  expect(transitions).toBe(16);
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
