import { parseData } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { connectorsIn } from "./connectors-file.ts";

const read = (text: string) => parseData(text, "connectors.yaml", connectorsIn);
const good = {
  kind: "ncmec",
  url: "https://hashsharing.ncmec.org/npo",
  set: "ncmec",
  user_file: "/etc/ntd/user",
  password_file: "/etc/ntd/password",
};
const feed = {
  kind: "ntd",
  address: "feed.partner.example:443",
  set: "partner",
  partner_set: "national",
  identity_dir: "/etc/ntd/partner",
  keys_file: "/etc/ntd/partner/keys.json",
};
const one = (more: object, name = "npo") => read(JSON.stringify({ connectors: { [name]: { ...good, ...more } } }));

test("connectors are read by their names; a schedule and a start are given where none are named", () => {
  const [a, b] = read(
    JSON.stringify({ connectors: { z: good, a: { ...good, every_minutes: 5, start: "2024-01-31" } } }),
  );
  expect(a).toMatchObject({ name: "a", everyMs: 300_000, start: new Date("2024-01-31T00:00:00Z"), setId: "ncmec" });
  expect(b).toMatchObject({
    name: "z",
    everyMs: 3_600_000,
    decideMs: 72 * 3_600_000,
    caFile: "",
    userFile: "/etc/ntd/user",
  });
});

test("a feed of another ntd is read, too", () => {
  const [partner] = read(JSON.stringify({ connectors: { b: feed } }));
  expect(partner).toMatchObject({ kind: "ntd", address: feed.address, setId: "partner", partnerSetId: "national" });
});

test.each(["", "connectors:", "connectors: {}"])("a file of none names none: %j", (text) => {
  expect(read(text)).toEqual([]);
});

describe("what is wrong is named by its place:", () => {
  test.each([
    ["connectors.npo.kind", { kind: "stopncii" }],
    ["connectors.npo.url", { url: "http://hashsharing.ncmec.org/npo" }],
    ["connectors.npo.url", { url: "https://a:b@hashsharing.ncmec.org/npo" }],
    ["connectors.npo.url", { url: "https://hashsharing.ncmec.org/npo?x=1" }],
    ["connectors.npo.set", { set: "" }],
    ["connectors.npo.every_minutes", { every_minutes: 1 }],
    ["connectors.npo.decide_within_hours", { decide_within_hours: 23 }],
    ["connectors.npo.start", { start: "yesterday" }],
    ["connectors.npo.password_file", { password_file: "password" }],
    ["connectors.npo.password", { password: "x" }],
  ])("%s %j", (at, more) => {
    expect(() => one(more)).toThrow(`\n  ${at} `);
  });

  test.each([
    ["connectors.b.address", { address: "feed" }],
    ["connectors.b.identity_dir", { identity_dir: "identity" }],
    ["connectors.b.keys_file", { keys_file: undefined }],
    ["connectors.b.partner_set", { partner_set: "" }],
    ["connectors.b.start", { start: "2024-01-01" }],
    ["connectors.b.url", { url: "https://x.example" }],
  ])("%s %j", (at, more) => {
    expect(() => read(JSON.stringify({ connectors: { b: { ...feed, ...more } } }))).toThrow(`\n  ${at} `);
  });

  test("a name that is none", () => expect(() => one({}, "NPO!")).toThrow("connectors.NPO! is no name"));

  test("a password is not quoted", () => {
    expect(() => one({ url: "https://a:geheim@hashsharing.ncmec.org/npo" })).not.toThrow("geheim");
  });
});

test("kinds of hashes by choice are known ones; all of them is what nothing says", () => {
  expect(one({ algorithms: ["sha1", "md5", "md5"] })[0]?.algorithms).toEqual(["md5", "sha1"]);
  expect(one({ algorithms: ["sha1", "md5", "pdq", "sha256"] })[0]?.algorithms).toBeUndefined();
  const ntd = (algorithms: unknown) => read(JSON.stringify({ connectors: { a: { ...feed, algorithms } } }))[0];
  expect(ntd(["vpdq"])?.algorithms).toEqual(["vpdq"]);
  expect(() => one({ algorithms: ["vpdq"] })).toThrow(/connectors\.npo\.algorithms.*vpdq.*md5, pdq, sha1, sha256/);
  for (const none of [[], "md5", {}, null]) expect(() => one({ algorithms: none })).toThrow(/algorithms/);
});
