import { expect, test } from "vitest";
import type { StoredReport } from "../store.ts";
import { toReport } from "./publish.ts";

const key = new Uint8Array(32).fill(7);
const report: StoredReport = {
  schemaVersion: 2,
  submitter: "spiffe://ntd/reporter/one",
  requestDigest: "",
  channel: "CHANNEL_PUBLIC",
  receivedTime: new Date("2026-01-02T12:00:00Z"),
  targets: [],
  language: "",
};
const keyOf = (given: Partial<StoredReport>, by = key) => toReport("r", { ...report, ...given }, by).fairnessKey;

test("the fairness key is one for submitter, channel and day", () => {
  const first = keyOf({});
  expect(keyOf({ receivedTime: new Date("2026-01-02T23:59:59Z"), language: "ms" })).toBe(first);
  for (const other of [
    keyOf({ submitter: "spiffe://ntd/reporter/two" }),
    keyOf({ channel: "CHANNEL_INDUSTRY" }),
    keyOf({ receivedTime: new Date("2026-01-03T00:00:00Z") }),
    keyOf({}, new Uint8Array(32).fill(8)),
  ]) {
    expect(other).not.toBe(first);
  }
});
