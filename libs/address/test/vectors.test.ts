import { expect, test } from "vitest";
import vectors from "../fixtures/vectors.json" with { type: "json" };
import { parseAddress, targetIdOf } from "../src/index.ts";

const targetKey = Buffer.from(vectors.targetKey, "hex");

test.each(vectors.vectors)("$address", ({ address, key, targetId }) => {
  const parsed = parseAddress(address);
  expect(parsed).toMatchObject({ address: { key } });
  expect("address" in parsed && targetIdOf(targetKey, parsed.address)).toBe(targetId);
});
