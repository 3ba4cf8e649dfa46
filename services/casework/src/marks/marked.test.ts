import { expect, test } from "vitest";
import { markableDigests } from "../evidence/digests.ts";
import { markedOf } from "./marked.ts";

const key = new Uint8Array(32).fill(5);
type What = NonNullable<Parameters<typeof markedOf>[1]>;
const fingerprints = [{ algorithm: "ALGORITHM_MD5" as const, value: new Uint8Array(16).fill(1) }];
const met = (what: What, url = "http://a.host.example/x.png") =>
  markableDigests(key, { url, resolvedIps: ["192.0.2.7"], fingerprints }).includes(markedOf(key, what).digest);

test.each<[string, What]>([
  ["the address", { $case: "address", value: "http://a.host.example/x.png" }],
  ["the address as somebody pasted it", { $case: "address", value: " hxxp://A.host[.]example:80/x.png#top " }],
  ["its host", { $case: "host", value: "a.host.example" }],
  ["a domain above, in capitals", { $case: "host", value: "HOST.example." }],
  ["a prefix of its IP", { $case: "prefix", value: "192.0.0.0/19" }],
  ["its file's hash, in capitals", { $case: "hash", value: { algorithm: "ALGORITHM_MD5", hex: "01".repeat(16) } }],
])("it is met by %s", (_, what) => {
  expect(met(what)).toBe(true);
});

test.each<[string, What]>([
  ["another address", { $case: "address", value: "https://a.host.example/x.png" }],
  ["another host", { $case: "host", value: "b.host.example" }],
  ["another prefix", { $case: "prefix", value: "192.0.3.0/24" }],
  ["another algorithm", { $case: "hash", value: { algorithm: "ALGORITHM_SHA1", hex: "01".repeat(20) } }],
])("it is not met by %s", (_, what) => {
  expect(met(what)).toBe(false);
});

test.each(["192.0.0.0/8", "2001::/16"])("the widest prefix of its family, %s, may be marked", (value) => {
  expect(markedOf(key, { $case: "prefix", value }).kind).toBe("MARK_KIND_PREFIX");
});

test.each<[What | undefined, string]>([
  [undefined, "what"],
  [{ $case: "address", value: "not an address" }, "address"],
  [{ $case: "address", value: "ftp://host.example/x" }, "address"],
  [{ $case: "host", value: "http://host.example/" }, "host"],
  [{ $case: "host", value: "192.0.2.7" }, "host"],
  [{ $case: "host", value: "co.uk" }, "host"],
  [{ $case: "prefix", value: "192.0.2.7/24" }, "prefix"],
  [{ $case: "prefix", value: "10.0.0.0/7" }, "prefix"],
  [{ $case: "prefix", value: "2000::/15" }, "prefix"],
  [{ $case: "prefix", value: "everything" }, "prefix"],
  [{ $case: "hash", value: { algorithm: "ALGORITHM_UNSPECIFIED", hex: "00" } }, "hash.algorithm"],
  [{ $case: "hash", value: { algorithm: "ALGORITHM_MD5", hex: "zz" } }, "hash.hex"],
  [{ $case: "hash", value: { algorithm: "ALGORITHM_MD5", hex: "01".repeat(15) } }, "hash.hex"],
  [{ $case: "hash", value: { algorithm: "ALGORITHM_MD5", hex: "01".repeat(17) } }, "hash.hex"],
])("%j is refused by its field %s, and never with what was typed", (what, field) => {
  const read = () => markedOf(key, what);
  expect(read).toThrow(expect.objectContaining({ fields: [expect.objectContaining({ field })] }));
  const typed = what === undefined || what.$case === "hash" ? "no such text" : what.value;
  expect(read).not.toThrow(typed);
});
