import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseData } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { licenceFaults, policyIn, type Component } from "./policy.ts";

const policy = {
  allowed: new Set(["MIT", "ISC"]),
  exceptions: [{ package: "@a/b-*", licence: "LGPL-3.0-or-later", reason: "because" }],
};
const b: Component = { name: "@a/b-linux", version: "1.0.0", licenses: [{ license: { id: "LGPL-3.0-or-later" } }] };
const of = (...licenses: NonNullable<Component["licenses"]>): Component => ({ name: "x", version: "1.0.0", licenses });
const faults = (...components: Component[]) => licenceFaults([b, ...components], policy);

test("what is allowed passes, by its identifier or all of its expression", () => {
  expect(faults(of({ license: { id: "MIT" } }), of({ expression: "(MIT AND ISC)" }))).toEqual([]);
});

test("what is not, or only in part, or says nothing, is named", () => {
  expect(faults(of({ license: { id: "GPL-3.0-only" } }))).toEqual(["x 1.0.0: GPL-3.0-only"]);
  expect(faults(of({ expression: "(MIT OR GPL-3.0-only)" }))).toEqual(["x 1.0.0: (MIT OR GPL-3.0-only)"]);
  expect(faults(of())).toEqual(["x 1.0.0: names no licence"]);
  expect(faults(of({ license: { name: "SEE LICENSE IN x" } }))).toEqual(["x 1.0.0: SEE LICENSE IN x"]);
});

test("an exception is for its packages and its licence alone, and goes when nobody needs it", () => {
  expect(licenceFaults([{ ...b, name: "@a/c" }], policy)).toEqual([
    "@a/c 1.0.0: LGPL-3.0-or-later",
    "the exception for @a/b-* applies to nothing; remove it",
  ]);
  expect(faults({ ...b, licenses: [{ license: { id: "AGPL-3.0-only" } }] })).toHaveLength(1);
});

test("no text passes that is not made of allowed licences", () => {
  fc.assert(
    fc.property(fc.string(), (licence) => {
      fc.pre(!/^[() ]*(MIT|ISC)/.test(licence));
      expect(faults(of({ license: { id: licence } }))).toHaveLength(1);
    }),
  );
});

test("the list that comes with the platform can be read, and a fault in one is named by its place", () => {
  const text = readFileSync(join(import.meta.dirname, "../../licences.yaml"), "utf8");
  expect(parseData(text, "licences.yaml", policyIn).allowed).toContain("Apache-2.0");
  const wrong = "allowed: [MIT]\nexceptions:\n  - package: a\n    licence: X";
  expect(() => parseData(wrong, "licences.yaml", policyIn)).toThrow("exceptions[0].reason is missing, and no text");
});
