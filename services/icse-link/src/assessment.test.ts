import fc from "fast-check";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Assessment } from "@ntd/proto/icse/v1/icse_link_service";
import { expect, test } from "vitest";
import { assessmentOf } from "./assessment.ts";

const md5 = (byte: number): Fingerprint => ({
  algorithm: "ALGORITHM_MD5",
  value: new Uint8Array(16).fill(byte),
  quality: 0,
});
const key = (byte: number) => `md5:${Buffer.alloc(16, byte).toString("hex")}`;

const answers = new Map<string, Assessment>([
  [key(1), "ASSESSMENT_NOT_ILLEGAL"],
  [key(2), "ASSESSMENT_NATIONALLY_ILLEGAL"],
  [key(3), "ASSESSMENT_BASELINE"],
]);

test("a fingerprint of the file has its assessment", () => {
  expect(assessmentOf(answers, [md5(2)])).toBe("ASSESSMENT_NATIONALLY_ILLEGAL");
});

test("a fingerprint that is not in the file is unknown, and so is the same value of another algorithm", () => {
  expect(assessmentOf(answers, [md5(9)])).toBe("ASSESSMENT_UNKNOWN");
  expect(assessmentOf(answers, [{ ...md5(3), algorithm: "ALGORITHM_SHA1" }])).toBe("ASSESSMENT_UNKNOWN");
});

test("the gravest assessment is the answer, in whatever order the fingerprints come", () => {
  const order = ["ASSESSMENT_UNKNOWN", ...answers.values()];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }), (bytes) => {
      expect(assessmentOf(answers, bytes.map(md5))).toBe(order[Math.max(...bytes)]);
    }),
  );
});
