import type { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import type { Observation } from "./observe.ts";
import type { WayOut } from "./proxy.ts";
import { whyNot } from "./why.ts";

const to = { host: "takedown.example", port: 7403 };
const proxy: WayOut = {
  is: "proxy",
  host: "out.example",
  port: 3128,
  credentials: "me:secret",
  variable: "https_proxy",
};
const seeker = { to, way: { is: "direct" }, cert: new Uint8Array(), speaks: "grpc" } as const;

test.each<[Observation, string, RegExp]>([
  [{ is: "no such host" }, "host", /^There is no host takedown\.example\./],
  [
    { is: "nothing listens", code: "EHOSTUNREACH" },
    "port",
    /^Nothing listens at takedown\.example:7403 \(EHOSTUNREACH\)\./,
  ],
  [{ is: "silent", at: "connection" }, "silent", /says nothing/],
  [{ is: "silent", at: "TLS" }, "silent", /says nothing/],
  [{ is: "no TLS" }, "protocol", /is no service of the platform/],
])("%o is said as %s", (seen, why, sentence) => {
  const told = whyNot(seen, seeker, new Date(0));
  expect(told).toEqual({ why, sentence: expect.stringMatching(sentence) as string });
});

test.each<Observation>([
  { is: "proxy unreachable", code: "ECONNREFUSED" },
  { is: "proxy refuses", status: 407 },
  { is: "silent", at: "proxy" },
])("a proxy is named with its variable, what would go around it, and without its login: %o", (seen) => {
  const told = whyNot(seen, { ...seeker, way: proxy }, new Date(0));
  expect(told?.why).toBe("proxy");
  expect(told?.sentence).toMatch(
    /^The proxy out\.example:3128 \(https_proxy\) .* Mend https_proxy, or name takedown\.example in no_proxy\.$/,
  );
  expect(told?.sentence).not.toContain("secret");
});

test("the bus is called by its name", () => {
  expect(whyNot({ is: "no TLS" }, { ...seeker, speaks: "nats" }, new Date(0))?.sentence).toContain("no nats-server");
});

test("who has two identities has none, as servers and clients see it", () => {
  const subjectAltName = "URI:spiffe://ntd.test/service/intake, URI:spiffe://ntd.test/operator/root";
  const [validFromDate, validToDate] = [new Date(0), new Date(2)];
  const server = { subjectAltName, validFromDate, validToDate } as unknown as X509Certificate;
  const seen = { is: "TLS", server, fault: "INVALID_PURPOSE", protocol: "h2", after: "answer", answer: "" } as const;
  expect(whyNot(seen, seeker, new Date(1))?.sentence).toContain("is somebody without an identity of the platform");
});
