import { expect, test } from "vitest";
import { checkAccess, mayCall } from "./access.ts";
import type { Caller } from "./caller.ts";

const method = "/ntd.intake.v1.ReportService/GetReport";
const caller: Caller = { kind: "isp", name: "service", id: "spiffe://ntd.test/isp/service", person: "isp/service" };

test("the default is no, also for names that every object has", () => {
  expect(mayCall({}, method, caller)).toBe(false);
  expect(mayCall({ [method]: [] }, method, caller)).toBe(false);
  expect(mayCall({}, "constructor", caller)).toBe(false);
});

test("a kind or kind/name allows; a name that reads like a kind does not", () => {
  expect(mayCall({ [method]: ["isp"] }, method, caller)).toBe(true);
  expect(mayCall({ [method]: ["isp/service"] }, method, caller)).toBe(true);
  expect(mayCall({ [method]: ["service", "isp/other"] }, method, caller)).toBe(false);
});

test("all faults of an allow-list are named at once", () => {
  const check = () => checkAccess({ [method]: ["isps"], "/x/Y": ["isp"] }, new Set([method]));
  expect(check).toThrow(/"isps"[^]*"\/x\/Y"/);
  expect(() => checkAccess({ [method]: ["isp", "service/casework"] }, new Set([method]))).not.toThrow();
});
