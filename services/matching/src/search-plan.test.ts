import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planOf, within } from "./search-plan.ts";

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
const floors = { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 };

describe("given what was computed of a picture", () => {
  test("then its exact hashes, the forms of its PDQ hash and its blockhash are looked up", () => {
    const plan = planOf(all, "exact-1", forms);
    expect(plan.exact.map(({ algorithm }) => algorithm)).toEqual([
      "ALGORITHM_SHA256",
      "ALGORITHM_SHA1",
      "ALGORITHM_MD5",
    ]);
    expect(plan.exact[2]?.value).toEqual(bytes(16));
    expect(plan.pdq).toEqual({ quality: 80, forms });
    expect(plan.blockhash).toEqual({ transitions: 120, value: bytes(32) });
  });

  test("then a PDQ hash without forms is looked up as it lies", () => {
    expect(planOf(all, "exact-1").pdq?.forms).toEqual([{ form: "original", value: bytes(32) }]);
  });

  test("then what was not computed is not looked up", () => {
    expect(planOf([print("ALGORITHM_MD5", 16)], "fast-1", forms)).toEqual({
      exact: [{ algorithm: "ALGORITHM_MD5", value: bytes(16) }],
      recipe: "fast-1",
    });
    expect(planOf([], "")).toEqual({ exact: [], recipe: "" });
  });

  test("then values of a wrong length are passed over", () => {
    const wrong = all.map((one) => ({ ...one, value: bytes(one.value.length + 1) }));
    expect(planOf(wrong, "exact-1", forms)).toEqual({ exact: [], recipe: "exact-1" });
    const stub = [...forms, { form: "flipY", value: bytes(31) }];
    expect(planOf(all, "exact-1", stub).pdq?.forms).toEqual(forms);
  });
});

describe("given the floors of a set", () => {
  test("then what is at a floor is looked up, and what is under it is not", () => {
    const plan = planOf([print("ALGORITHM_PDQ", 32, 50), print("ALGORITHM_BLOCKHASH256", 32, 60)], "");
    expect(within(plan, floors)).toEqual(plan);
    expect(within(plan, { ...floors, pdqQuality: 51 })).toEqual({ exact: [], recipe: "", blockhash: plan.blockhash });
    expect(within(plan, { ...floors, blockhashTransitions: 61 })).toEqual({ exact: [], recipe: "", pdq: plan.pdq });
  });

  test("then exact hashes are looked up whatever the detail", () => {
    const plan = planOf([print("ALGORITHM_SHA1", 20), print("ALGORITHM_PDQ", 32, 0)], "");
    expect(within(plan, floors)).toEqual({ exact: plan.exact, recipe: "" });
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
        const plan = within(planOf(prints, "exact-1", some), floors);
        const exactBytes = { ALGORITHM_SHA256: 32, ALGORITHM_SHA1: 20, ALGORITHM_MD5: 16 };
        for (const { algorithm: name, value } of plan.exact) expect(value.length).toBe(exactBytes[name]);
        for (const { value } of plan.pdq?.forms ?? []) expect(value.length).toBe(32);
        expect(plan.blockhash?.value.length ?? 32).toBe(32);
        expect(plan.pdq?.quality ?? 50).toBeGreaterThanOrEqual(50);
        expect(plan.blockhash?.transitions ?? 60).toBeGreaterThanOrEqual(60);
      },
    ),
  );
});
