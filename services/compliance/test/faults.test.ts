import { join } from "node:path";
import { ComplianceServiceService } from "@ntd/proto/compliance/v1/compliance_service";
import { MovableClock } from "@ntd/service";
import { handlersIn, refusedFields, type FaultyCall } from "@ntd/testing";
import { expect, test } from "vitest";

const made = await handlersIn(join(import.meta.dirname, "../src"));
const now = new Date("2026-03-01T12:00:00Z");
/** What is refused needs nothing else. */
const deps = { clock: new MovableClock(now) };

const by = "regulator/rita";

const calls: Record<string, FaultyCall> = {
  getScorecard: { by, set: { cohort: "UNRECOGNIZED" }, refused: ["from_time", "to_time", "cohort"] },
  listNoticeTimes: {
    by,
    set: { pageSize: -1, pageToken: "none" },
    refused: ["from_time", "to_time", "page_size", "page_token"],
  },
};

test.each([...made.keys()])("all that is wrong with a request leaves in one answer: %s", async (method) => {
  const faulty = calls[method];
  const handler = made.get(method);
  if (faulty === undefined || handler === undefined) throw new Error(`say what is wrong with a call of ${method}`);
  expect(await refusedFields(method, handler(deps), [ComplianceServiceService], faulty)).toEqual(faulty.refused);
});
