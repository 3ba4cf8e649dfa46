import fc from "fast-check";
import { expect, test } from "vitest";
import { turnsOf } from "./turns.ts";

const identities = ["service/intake", "service/nats", "isp/alpha", "operator/admin"];

test("the same seed is the same rotation, another seed another one", () => {
  expect(turnsOf(7, identities)).toEqual(turnsOf(7, identities));
  expect(turnsOf(7, identities)).not.toEqual(turnsOf(8, identities));
});

test("everything changes once, the authority in its steps around every identity, and who is denied is pardoned later", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const turns = turnsOf(seed, identities);
      const names = turns.map((turn) => (turn.what === "identity" ? turn.of : turn.what));
      const once = [...identities, "trust both", "sign with the new", "trust the new alone", "sealing keys"];
      expect(names.toSorted()).toEqual([...once, "signing keys", "deny", "pardon"].toSorted());
      const at = (name: string) => names.indexOf(name);
      expect(at("trust both")).toBeLessThan(at("sign with the new"));
      for (const name of identities) {
        expect(at(name)).toBeGreaterThan(at("sign with the new"));
        expect(at(name)).toBeLessThan(at("trust the new alone"));
      }
      for (const name of ["sealing keys", "signing keys"]) expect(at(name)).toBeLessThan((names.length * 2) / 3);
      expect(at("deny")).toBeLessThan(at("pardon"));
    }),
  );
});
