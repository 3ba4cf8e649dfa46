import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostPort, wayOut, type Environment } from "./proxy.ts";

const far = { host: "takedown.platform.example", port: 7403 };
const proxy = { http_proxy: "http://proxy.example:3128" };
const through = { is: "proxy", host: "proxy.example", port: 3128, credentials: undefined, variable: "http_proxy" };
const direct = { is: "direct" };

describe("a proxy of the environment", () => {
  test("is gone through", () => expect(wayOut(far, proxy)).toEqual(through));
  test("is none when it is empty", () => expect(wayOut(far, { http_proxy: " " })).toEqual(direct));

  test.each(["localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])(
    "is never gone through to this machine itself: %s",
    (host) => expect(wayOut({ host, port: 1 }, proxy)).toEqual(direct),
  );

  test("is the first that is set of four", () => {
    const all: Environment = { ...proxy, HTTPS_PROXY: "http://c", https_proxy: "http://b", grpc_proxy: "http://a" };
    const chosen = ["grpc_proxy", "https_proxy", "HTTPS_PROXY", "http_proxy"].map((name, i, names) => {
      const left = Object.fromEntries(names.slice(i).map((one) => [one, all[one]]));
      return [name, (wayOut(far, left) as { variable: string }).variable];
    });
    for (const [name, variable] of chosen) expect(variable).toBe(name);
    expect(wayOut(far, { HTTP_PROXY: "http://a" })).toEqual(direct);
  });

  test("needs no scheme, has port 80, and credentials that may be encoded", () => {
    expect(wayOut(far, { http_proxy: "proxy.example:3128" })).toEqual(through);
    expect(wayOut(far, { http_proxy: "http://me:p%40ss@proxy.example" })).toMatchObject({
      port: 80,
      credentials: "me:p@ss",
    });
  });

  test.each(["socks5://proxy:1080", "https://proxy:443", "http://"])(
    "of another kind is said to be unusable: %s",
    (url) => expect(wayOut(far, { https_proxy: url })).toMatchObject({ is: "unusable", variable: "https_proxy" }),
  );
});

describe("no_proxy", () => {
  const isDirect = (no_proxy: string, { host, port }: { host: string; port: number } = far) =>
    wayOut({ host, port }, { ...proxy, no_proxy }).is === "direct";

  test.each([
    ["*", true],
    ["takedown.platform.example", true],
    ["platform.example", true],
    [".platform.example", true],
    ["*.platform.example", true],
    ["a.example, PLATFORM.example ,", true],
    ["platform.example:7403", true],
    ["platform.example:7404", false],
    ["form.example", false],
    ["takedown.platform", false],
    [",", false],
    [".", false],
  ])("%s for a host by name: %s", (entries, is) => expect(isDirect(entries)).toBe(is));

  test.each([
    ["192.0.2.7", "192.0.2.7", true],
    ["192.0.2.0/24", "192.0.2.7", true],
    ["192.0.2.0/24", "192.0.3.7", false],
    ["192.0.2.0/33", "192.0.2.7", false],
    ["2.7", "192.0.2.7", false],
    ["2001:db8::/32", "2001:db8::7", true],
    ["[2001:db8::7]:7403", "2001:db8::7", true],
    ["2001:db8::/32", "192.0.2.7", false],
  ])("%s for the address %s: %s", (entries, host, is) => expect(isDirect(entries, { host, port: 7403 })).toBe(is));

  test("is read in capitals too, and of grpc alone first", () => {
    expect(wayOut(far, { ...proxy, NO_PROXY: "platform.example" })).toEqual(direct);
    expect(wayOut(far, { ...proxy, NO_PROXY: "platform.example", no_grpc_proxy: "other" })).toEqual(through);
  });

  test("text of any kind neither throws nor excepts a host that it does not hold", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes("*") && !text.includes("example"));
        expect(isDirect(text)).toBe(false);
      }),
    );
  });
});

test.each([
  ["localhost:7403", { host: "localhost", port: 7403 }],
  ["[::1]:7403", { host: "::1", port: 7403 }],
  ["localhost", undefined],
  ["a:b:1", undefined],
  ["a:70000", undefined],
])("%s is taken apart", (address, parts) => expect(hostPort(address)).toEqual(parts));
