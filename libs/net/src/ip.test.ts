import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { embeddedIpv4, ipText, parseIp, type Ip } from "./ip.ts";

const anyIp: fc.Arbitrary<Ip> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((bits): Ip => ({ family: 4, bits })),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((bits): Ip => ({ family: 6, bits })),
  // Runs of zeros, where the short spelling has its rules.
  fc
    .array(fc.constantFrom<bigint[]>(0n, 0n, 0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 })
    .map((groups): Ip => ({ family: 6, bits: groups.reduce((bits: bigint, group) => (bits << 16n) | group, 0n) })),
);

test("what is printed is read again as the same address", () => {
  fc.assert(
    fc.property(anyIp, (ip) => {
      expect(parseIp(ipText(ip))).toEqual(ip);
    }),
  );
});

test("IPv6 is printed as a URL prints it", () => {
  fc.assert(
    fc.property(anyIp, (ip) => {
      const host = ip.family === 4 ? ipText(ip) : `[${ipText(ip)}]`;
      expect(new URL(`http://${host}/`).hostname).toBe(host);
    }),
  );
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:db8::0.0.0.1", "2001:db8::1"],
  ["::ffff:192.0.2.1", "::ffff:c000:201"],
])("%s is %s", (text, spelled) => expect(ipText(parseIp(text) ?? { family: 4, bits: 0n })).toBe(spelled));

test.each(["", "localhost", "127.1", "0177.0.0.1", "0x7f.0.0.1", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", " 1.2.3.4"])(
  "%s is no IPv4 address",
  (text) => expect(parseIp(text)).toBeUndefined(),
);

test.each(["fe80::1%eth0", "[::1]", "::1::", "1:2:3:4:5:6:7", "::ffff:0300.0.0.1", "12345::"])(
  "%s is no IPv6 address",
  (text) => expect(parseIp(text)).toBeUndefined(),
);

describe("an IPv4 address inside", () => {
  test.each([
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["64:ff9b::192.0.2.1", "192.0.2.1"],
    ["::192.0.2.1", undefined],
    ["64:ff9b:1::c000:201", undefined],
    ["2002:c000:201::", undefined],
    ["192.0.2.1", undefined],
  ])("%s: %s", (text, inner) => {
    const found = embeddedIpv4(parseIp(text) ?? { family: 4, bits: 0n });
    expect(found && ipText(found)).toBe(inner);
  });
});
