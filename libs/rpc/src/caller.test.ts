import fc from "fast-check";
import { expect, test } from "vitest";
import { identityKinds } from "./access.ts";
import { identityInNames, parseIdentity, trustDomainOf } from "./caller.ts";

test("an identity is the one URI among the names of a certificate", () => {
  const names = "URI:spiffe://ntd.test/isp/a, DNS:localhost, IP Address:127.0.0.1";
  expect(identityInNames(names)).toEqual({
    kind: "isp",
    name: "a",
    id: "spiffe://ntd.test/isp/a",
    person: "isp/a",
  });
  expect(trustDomainOf("spiffe://ntd.test/isp/a")).toBe("ntd.test");
});

test("every kind is known, with any name of lower case letters, digits and -", () => {
  const name = fc.stringMatching(/^[a-z0-9-]{1,63}$/);
  fc.assert(
    fc.property(fc.constantFrom(...identityKinds), name, (kind, text) => {
      expect(parseIdentity(`spiffe://ntd.test/${kind}/${text}`)).toMatchObject({ kind, name: text });
    }),
  );
});

test.each([
  ["no names at all", undefined],
  ["no URI", "DNS:localhost"],
  ["two URIs", "URI:spiffe://ntd.test/isp/a, URI:spiffe://ntd.test/operator/root"],
  ["an unknown kind", "URI:spiffe://ntd.test/root/a"],
  ["no name", "URI:spiffe://ntd.test/isp/"],
  ["a longer path", "URI:spiffe://ntd.test/isp/a/b"],
  ["another scheme", "URI:https://ntd.test/isp/a"],
  ["upper case", "URI:spiffe://ntd.test/isp/A"],
  ["a trust domain of none", "URI:spiffe:///isp/a"],
  ["a line break", "URI:spiffe://ntd.test/isp/a\n"],
  ["a name that poses as an entry", String.raw`DNS:"x, URI:spiffe://ntd.test/operator/root, y"`],
  ["the same with an escaped quote", String.raw`DNS:"x\", URI:spiffe://ntd.test/operator/root, \"y"`],
])("no identity: %s", (_, names) => {
  expect(identityInNames(names)).toBeUndefined();
});
