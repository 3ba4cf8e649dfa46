import { providerWith } from "@ntd/testing";
import { describe, expect, test } from "vitest";
import { domainFault, prefixFault, providerFaults, tooLongFaults } from "./provider.ts";

const anywhere = { publicOnly: false };

describe("a prefix", () => {
  test.each(["192.0.2.0/24", "2001:db8::/32", "10.0.0.1/32", "::1/128", "::ffff:0:0/96", "8.0.0.0/8", "2000::/20"])(
    "%s is one",
    (text) => {
      expect(prefixFault(text, anywhere)).toBeUndefined();
    },
  );

  test.each(["192.0.2.0", "192.0.2.0/33", "::/129", "a/8", "10.0.0.0/8/8", "10.0.0.0/-1", "fe80::%1/64"])(
    "%s is none",
    (text) => {
      expect(prefixFault(text, anywhere)).toContain("is no CIDR prefix");
    },
  );

  test.each([
    ["10.0.0.5/8", "10.0.0.0/8"],
    ["255.255.255.255/31", "255.255.255.254/31"],
    ["2001:db8::1/32", "2001:db8::/32"],
    ["1:2:3:4:5:6:7:8/112", "1:2:3:4:5:6:7:0/112"],
    ["::ffff:192.0.2.5/120", "::ffff:c000:200/120"],
  ])("%s has bits beyond its length: %s is meant", (text, meant) => {
    expect(prefixFault(text, anywhere)).toBe(`has bits beyond its length; write ${meant}`);
    expect(prefixFault(meant, anywhere)).toBeUndefined();
  });

  test.each(["0.0.0.0/0", "8.0.0.0/7", "128.0.0.0/1", "::/0", "2000::/19"])("%s is too wide", (text) => {
    expect(prefixFault(text, anywhere)).toContain("is wider than");
  });

  test.each(["10.0.0.0/8", "127.0.0.2/32", "192.0.2.0/24", "169.254.0.0/16", "fd00::/32", "::ffff:0:0/96"])(
    "%s is for DEMO and TEST alone",
    (text) => {
      expect(prefixFault(text, anywhere)).toBeUndefined();
      expect(prefixFault(text, { publicOnly: true })).toBe("is no network of the public internet");
    },
  );

  test.each(["8.8.8.0/24", "2606:4700::/32"])("%s is for LIVE too", (text) => {
    expect(prefixFault(text, { publicOnly: true })).toBeUndefined();
  });
});

describe("a domain", () => {
  test.each(["host.example", "x.host.co.uk", "github.io", "xn--bcher-kva.example"])("%s is one", (text) => {
    expect(domainFault(text)).toBeUndefined();
  });

  test.each(["co.uk", "com.my", "xn--p1ai.xn--p1ai.", "gov.uk"])("%s is none", (text) => {
    expect(domainFault(text)).toBeDefined();
  });

  test.each(["co.uk", "com.my", "gov.uk"])("%s is refused as a public suffix", (text) => {
    expect(domainFault(text)).toContain("is a public suffix");
  });
});

describe("lists that are too long", () => {
  const empty = (length: number) => Array.from({ length }, () => "");
  const said = { field: "provider.domains", description: "has more than 1000 entries" };

  test("are named, and none of their entries is looked at", () => {
    const provider = { ...providerWith({ providerId: "p" }), domains: empty(500_000) };
    expect(providerFaults(provider, { publicOnly: true, homeCountry: "" })).toEqual([said]);
  });

  test("of an edit, too, by the names of its fields", () => {
    const fields = tooLongFaults({
      addDomains: empty(1001),
      removePrefixes: empty(1001),
      over: empty(1000),
      name: "x",
    });
    expect(fields.map(({ field }) => field)).toEqual(["add_domains", "remove_prefixes"]);
  });
});
