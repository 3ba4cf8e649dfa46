import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BYTES, planOf, within } from "./search-plan.ts";

const bytes = (length: number, fill = 7) => new Uint8Array(length).fill(fill);
const print = (algorithm: Algorithm, length: number, quality = 0): Fingerprint => ({
  algorithm,
  value: bytes(length),
  quality,
});
const all = [
  print("ALGORITHM_SHA256", 32),
  print("ALGORITHM_SHA1", 20),
  print("ALGORITHM_MD5", 16),
  print("ALGORITHM_PDQ", 32, 80),
  print("ALGORITHM_BLOCKHASH256", 32, 120),
];
const forms = [
  { form: "original", value: bytes(32) },
  { form: "flipX", value: bytes(32, 1) },
  { form: "rotate90", value: bytes(32, 2) },
];
const nothing = { ALGORITHM_PDQ: [], ALGORITHM_BLOCKHASH256: [] };
const floors = { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 };

describe("given what was computed of a picture", () => {
  test("then its exact hashes, the forms of its PDQ hash and its blockhash are looked up", () => {
    const plan = planOf(all, "exact-1", forms);
    expect(plan.recipe).toBe("exact-1");
    expect(plan.equal).toEqual([
      { algorithm: "ALGORITHM_SHA256", value: bytes(32) },
      { algorithm: "ALGORITHM_SHA1", value: bytes(20) },
      { algorithm: "ALGORITHM_MD5", value: bytes(16) },
    ]);
    expect(plan.near.ALGORITHM_PDQ).toEqual(forms.map((form) => ({ ...form, quality: 80 })));
    expect(plan.near.ALGORITHM_BLOCKHASH256).toEqual([{ form: "original", value: bytes(32), quality: 120 }]);
  });

  test("then several PDQ hashes without forms are looked up as they lie, each with its own quality", () => {
    const other = print("ALGORITHM_PDQ", 32, 60);
    const lying = [80, 60].map((quality) => ({ form: "original", value: bytes(32), quality }));
    expect(planOf([...all, other], "").near.ALGORITHM_PDQ).toEqual(lying);
  });

  test("then what was not computed is not looked up, forms without a PDQ hash neither", () => {
    expect(planOf([print("ALGORITHM_MD5", 16)], "fast-1", forms)).toEqual({
      recipe: "fast-1",
      equal: [{ algorithm: "ALGORITHM_MD5", value: bytes(16) }],
      near: nothing,
    });
    expect(planOf([], "")).toEqual({ recipe: "", equal: [], near: nothing });
  });

  test("then values of a wrong length are passed over", () => {
    const wrong = all.map((one) => ({ ...one, value: bytes(one.value.length + 1) }));
    expect(planOf(wrong, "exact-1", forms)).toEqual({ recipe: "exact-1", equal: [], near: nothing });
    const stub = [...forms, { form: "flipY", value: bytes(31) }];
    expect(planOf(all, "exact-1", stub)).toEqual(planOf(all, "exact-1", forms));
  });
});

describe("given the floors of a set", () => {
  test("then what is at a floor is looked up, and what is under it is not", () => {
    const plan = planOf([print("ALGORITHM_PDQ", 32, 50), print("ALGORITHM_BLOCKHASH256", 32, 60)], "");
    expect(within(plan, floors)).toEqual(plan);
    expect(within(plan, { ...floors, pdqQuality: 51 }).near).toEqual({ ...plan.near, ALGORITHM_PDQ: [] });
    const { near } = within(plan, { ...floors, blockhashTransitions: 61 });
    expect(near).toEqual({ ...plan.near, ALGORITHM_BLOCKHASH256: [] });
  });

  test("then exact hashes are looked up whatever the detail", () => {
    const plan = planOf([print("ALGORITHM_SHA1", 20), print("ALGORITHM_PDQ", 32, 0)], "");
    expect(within(plan, floors)).toEqual({ ...plan, near: nothing });
  });
});

test("whatever the fingerprints: everything in the plan has the length that an index takes", () => {
  const algorithm = fc.constantFrom(...all.map((one) => one.algorithm), "ALGORITHM_UNSPECIFIED" as const);
  const anyPrint = fc.record({ algorithm, value: fc.uint8Array({ maxLength: 40 }), quality: fc.nat({ max: 480 }) });
  const likely = fc.constantFrom(...all);
  const anyForm = fc.record({
    form: fc.constantFrom("original", "flipX", "flipY"),
    value: fc.uint8Array({ maxLength: 40 }),
  });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyPrint, likely)),
      fc.array(fc.oneof(anyForm, fc.constantFrom(...forms))),
      (prints, some) => {
        const { equal, near } = within(planOf(prints, "exact-1", some), floors);
        for (const { algorithm: name, value } of equal) expect(value.length).toBe(BYTES[name]);
        for (const { value, quality } of near.ALGORITHM_PDQ) expect([value.length, quality >= 50]).toEqual([32, true]);
        for (const { value, quality } of near.ALGORITHM_BLOCKHASH256) {
          expect([value.length, quality >= 60]).toEqual([32, true]);
        }
      },
    ),
  );
});
