import { describe, expect, test } from "vitest";
import { domainsAbove, hostText, isRegistrySuffix, isWithin, parseHost, registrableDomain } from "./host.ts";

const read = (text: string) => {
  const host = parseHost(text);
  return host && [host.is, hostText(host)];
};

describe("a host", () => {
  test.each([
    ["host.example", "name", "host.example"],
    ["HOST.Example.", "name", "host.example"],
    ["localhost", "name", "localhost"],
    ["bücher.example", "name", "xn--bcher-kva.example"],
    ["BÜCHER。example", "name", "xn--bcher-kva.example"],
    ["xn--bcher-kva.example", "name", "xn--bcher-kva.example"],
    ["my_pictures.host.example", "name", "my_pictures.host.example"],
    ["-me-.host.example", "name", "-me-.host.example"],
    ["192.0.2.1", "ip", "192.0.2.1"],
    ["192.0.2.1.", "ip", "192.0.2.1"],
    ["[2001:DB8::1]", "ip", "2001:db8::1"],
    ["2001:db8::1", "ip", "2001:db8::1"],
  ])("%s is the %s %s", (text, is, spelled) => {
    expect(read(text)).toEqual([is, spelled]);
    expect(read(spelled)).toEqual([is, spelled]);
  });

  test("is read as a URL reads it", () => {
    for (const text of ["HOST.Example.", "faß.example", "bücher.example", "ａ.example"]) {
      expect(read(text)?.[1]).toBe(new URL(`http://${text}/`).hostname.replace(/\.$/, ""));
    }
  });

  test.each([
    "",
    ".",
    "a..b",
    ".host.example",
    "a b.example",
    "host/x",
    "host:80",
    "user@host.example",
    "a%2eb",
    "[host.example]",
    "[::1",
    "127.1",
    "0x7f.0.0.1",
    "1.2.3.4.5",
    "1.2.3.256",
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(127)}example`,
  ])("%s is none", (text) => expect(read(text)).toBeUndefined());
});

test.each([
  ["a.b.host.example", "host.example"],
  ["host.example", "host.example"],
  ["www.host.co.uk", "host.co.uk"],
  ["co.uk", undefined],
  ["com", undefined],
  ["me.github.io", "me.github.io"],
  ["x.me.github.io", "me.github.io"],
  ["x.xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["x.my_pictures.com", "my_pictures.com"],
])("%s belongs to %s", (name, domain) => expect(registrableDomain(name)).toBe(domain));

test.each([
  ["com", true],
  ["co.uk", true],
  ["host.co.uk", false],
  ["github.io", false],
  ["host.example", false],
])("%s is a registry's suffix: %s", (name, is) => expect(isRegistrySuffix(name)).toBe(is));

test.each([
  ["host.example", "host.example", true],
  ["a.host.example", "host.example", true],
  ["nothost.example", "host.example", false],
  ["host.example", "a.host.example", false],
])("%s within %s: %s", (name, domain, within) => {
  expect(isWithin(name, domain)).toBe(within);
  expect([...domainsAbove(name)].includes(domain)).toBe(within);
});

test("the domains above a name, longest first", () => {
  expect([...domainsAbove("a.b.example")]).toEqual(["a.b.example", "b.example", "example"]);
});
