import { readFileSync } from "node:fs";
import { parseData } from "@ntd/service";
import { expect, test } from "vitest";
import { identityKinds } from "../identity/identity-kinds.ts";
import { defaultQuotas, quotaOf, readQuotas } from "./quotas.ts";

const read = (text: string) => parseData(text, "quotas.yaml", readQuotas);

test("an identity has its own quota, else that of its kind, and what a file leaves out is as it is by default", () => {
  const quotas = read(`
connections: 7
kinds:
  reporter: { calls_per_second: 5, burst: 9 }
identities:
  reporter/big-hotline: { burst: 50 }
`);
  const plain = defaultQuotas.kinds.reporter;
  expect(quotaOf(quotas, { kind: "reporter", person: "reporter/a" })).toEqual({
    ...plain,
    callsPerSecond: 5,
    burst: 9,
  });
  const big = quotaOf(quotas, { kind: "reporter", person: "reporter/big-hotline" });
  expect(big).toEqual({ ...plain, callsPerSecond: 5, burst: 50 });
  expect(quotaOf(quotas, { kind: "isp", person: "isp/a" })).toEqual(defaultQuotas.kinds.isp);
  expect([quotas.connections, read("{}").connections]).toEqual([7, defaultQuotas.connections]);
});

test("every fault of a file is named at once, with its place", () => {
  const text = `
kinds: { reporters: {}, isp: { calls_per_second: 0, calls: 3 } }
identities: { jane: {}, reporter/jane: { uploads: "2", burst: 1.5 } }
connections: .inf
`;
  const lines = (() => {
    try {
      read(text);
    } catch (error) {
      return String(error);
    }
    return "";
  })();
  for (const place of [
    'kinds names "reporters"',
    'kinds.isp.calls_per_second is "0", and no whole number from 1 up',
    "kinds.isp.calls is unknown",
    "identities[0] is no identity",
    'identities[1].uploads is "2"',
    'identities[1].burst is "1.5"',
    'connections is "Infinity"',
  ]) {
    expect(lines).toContain(place);
  }
  // A fault is logged, and no log line names a person.
  expect(lines).not.toContain("jane");
});

test("the file that comes with the platform says what holds without it", () => {
  const file = new URL("../../../../deploy/quotas.yaml", import.meta.url);
  expect(read(readFileSync(file, "utf8"))).toEqual(defaultQuotas);
});

test("services have wide quotas, and every kind has one with an end", () => {
  for (const kind of identityKinds) {
    const quota = defaultQuotas.kinds[kind];
    for (const value of Object.values(quota)) expect(Number.isSafeInteger(value) && value >= 1).toBe(true);
    if (kind !== "service") expect(quota.callsPerSecond).toBeLessThan(defaultQuotas.kinds.service.callsPerSecond);
  }
});
