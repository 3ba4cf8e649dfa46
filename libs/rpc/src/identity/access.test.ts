import { expect, test } from "vitest";
import { checkAccess, mayCall, notAllowed } from "./access.ts";
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

test.each([
  ["kinds", ["assessor", "operator"], "use an identity of kind assessor, operator"],
  ["single identities", ["service/casework"], "use service/casework"],
  ["both", ["operator", "service/casework"], "use an identity of kind operator or service/casework"],
  ["nobody", [], "nobody may call it"],
])("a refusal names who and what, and whom the allow-list names instead: %s", (_what, allowed, mend) => {
  const { reason, message } = notAllowed({ [method]: allowed }, method, caller);
  expect([reason, message]).toEqual(["NOT_ALLOWED", `isp/service may not call ReportService/GetReport; ${mend}`]);
});

test("all faults of an allow-list are named at once", () => {
  const check = () => checkAccess({ [method]: ["isps"], "/x/Y": ["isp"] }, new Set([method]));
  expect(check).toThrow(/"isps"[^]*"\/x\/Y"/);
  expect(() => checkAccess({ [method]: ["isp", "service/casework"] }, new Set([method]))).not.toThrow();
});
