import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { sealed, unsealed } from "./sealed-checkpoint.ts";

const key = new Uint8Array(32).fill(7);
const copy = { setId: "known", recipient: "partner/nl" };

test("a checkpoint is what it was for the copy that it was told for alone; for others it is the beginning", () => {
  const text = sealed(key, copy, "eyJhdCI6");
  expect(unsealed(key, copy, text)).toBe("eyJhdCI6");
  expect(unsealed(key, { ...copy, recipient: "partner/uk" }, text)).toBe("");
  expect(unsealed(key, { ...copy, setId: "other" }, text)).toBe("");
  expect(unsealed(new Uint8Array(32), copy, text)).toBe("");
  expect(unsealed(key, copy, `${text}x`)).toBe("");
  expect([sealed(key, copy, ""), unsealed(key, copy, "")]).toEqual(["", ""]);
});

test("what bears no seal is refused", () => {
  for (const text of ["eyJhdCI6", "x.eyJhdCI6", `${"0".repeat(32)}.`, `${"0".repeat(32)}.a b`]) {
    expect(() => unsealed(key, copy, text)).toThrow(Problem);
  }
});
