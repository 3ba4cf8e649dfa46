import { Metadata, type ServerInterceptor } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { identityKinds } from "./identity-kinds.ts";
import { bridgeIdentity, identityInNames, parseIdentity, trustDomainOf } from "./caller.ts";

interface Listener {
  onReceiveMetadata(metadata: Metadata): void;
}

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

test.each([
  ["of this trust domain", "URI:spiffe://ntd.test/isp/a", "spiffe://ntd.test/isp/a"],
  ["of another trust domain", "URI:spiffe://other.test/isp/a", undefined],
  ["without an identity", "DNS:localhost", undefined],
  ["without a certificate", undefined, undefined],
])("a client %s is who its certificate says, whatever its metadata says", (_, subjectaltname, expected) => {
  const metadata = new Metadata();
  metadata.set("x-ntd-caller", "spiffe://ntd.test/operator/root");
  const below = {
    start: (listener: Listener) => listener.onReceiveMetadata(metadata),
    getAuthContext: () => (subjectaltname === undefined ? {} : { sslPeerCertificate: { subjectaltname } }),
  };
  const method = {} as Parameters<ServerInterceptor>[0];
  const call = bridgeIdentity("ntd.test")(method, below as unknown as Parameters<ServerInterceptor>[1]);
  let seen: unknown[] = ["nothing"];
  const listener = { onReceiveMetadata: (given: Metadata) => (seen = given.get("x-ntd-caller")) };
  call.start(listener as unknown as Parameters<typeof call.start>[0]);
  expect(seen).toEqual(expected === undefined ? [] : [expected]);
});
