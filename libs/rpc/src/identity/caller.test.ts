import type { ServerInterceptor } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { identityKinds } from "./identity-kinds.ts";
import { callerOn, identityInNames, loggedAs, parseIdentity, trustDomainOf } from "./caller.ts";

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
  ["an unknown kind", "URI:spiffe://ntd.test/root/a"],
  ["two URIs", "URI:spiffe://ntd.test/isp/a, URI:spiffe://ntd.test/operator/root"],
])("no identity: %s", (_, names) => {
  expect(identityInNames(names)).toBeUndefined();
});

test.each([
  ["of this trust domain", "URI:spiffe://ntd.test/isp/a", "spiffe://ntd.test/isp/a"],
  ["of another trust domain", "URI:spiffe://other.test/isp/a", undefined],
  ["without an identity", "DNS:localhost", undefined],
  ["without a certificate", undefined, undefined],
])("a client %s is who its certificate says, also when it is asked again", (_, subjectaltname, expected) => {
  const sslPeerCertificate = subjectaltname === undefined ? undefined : { subjectaltname };
  const call = { getAuthContext: () => ({ sslPeerCertificate }) } as unknown as Parameters<ServerInterceptor>[1];
  const connection = {};
  for (const at of [undefined, connection, connection]) expect(callerOn(call, at, "ntd.test")?.id).toBe(expected);
});

test("a log line names services and providers, and of a person nothing that tells who it is", () => {
  const logged = (id: string) => loggedAs(parseIdentity(id) ?? expect.fail(id));
  for (const kind of identityKinds) {
    const id = `spiffe://ntd.test/${kind}/jane-doe`;
    if (kind === "service" || kind === "isp") expect(logged(id)).toBe(id);
    else expect(logged(id)).toMatch(new RegExp(`^${kind}#[0-9a-f]{12}$`));
    expect(logged(id)).toBe(logged(id));
    expect(logged(id)).not.toBe(logged(`${id}-2`));
  }
});
