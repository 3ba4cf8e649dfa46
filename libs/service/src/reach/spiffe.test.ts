import { expect, test } from "vitest";
import { spiffeIdInNames } from "./spiffe.ts";

test("an id is the one URI among the names of a certificate", () => {
  const names = "URI:spiffe://ntd.test/isp/a, DNS:localhost, IP Address:127.0.0.1";
  const id = "spiffe://ntd.test/isp/a";
  expect(spiffeIdInNames(names)).toEqual({ id, domain: "ntd.test", kind: "isp", name: "a" });
});

test.each([
  ["no names at all", undefined],
  ["no URI", "DNS:localhost"],
  ["two URIs", "URI:spiffe://ntd.test/isp/a, URI:spiffe://ntd.test/operator/root"],
  ["no name", "URI:spiffe://ntd.test/isp/"],
  ["a longer path", "URI:spiffe://ntd.test/isp/a/b"],
  ["another scheme", "URI:https://ntd.test/isp/a"],
  ["upper case", "URI:spiffe://ntd.test/isp/A"],
  ["a trust domain of none", "URI:spiffe:///isp/a"],
  ["a line break", "URI:spiffe://ntd.test/isp/a\n"],
  ["a name that poses as an entry", String.raw`DNS:"x, URI:spiffe://ntd.test/operator/root, y"`],
  ["the same with an escaped quote", String.raw`DNS:"x\", URI:spiffe://ntd.test/operator/root, \"y"`],
])("no id: %s", (_, names) => {
  expect(spiffeIdInNames(names)).toBeUndefined();
});
