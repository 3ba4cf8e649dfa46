import { join } from "node:path";
import { HotlineLinkServiceService } from "@ntd/proto/hotline/v1/hotline_link_service";
import { aRecord } from "./examples.ts";
import { MovableClock } from "@ntd/service";
import { handlersIn, refusedFields, type FaultyCall } from "@ntd/testing";
import { expect, test } from "vitest";

const made = await handlersIn(join(import.meta.dirname, "../src"));
const now = new Date("2026-03-01T12:00:00Z");
/** What is refused needs nothing else. */
const deps = { clock: new MovableClock(now) };

const by = "service/takedown";
const record = aRecord({ reference: "x", country: "xx", url: "none" });

const calls: Record<string, FaultyCall> = {
  listAnswers: { by, set: { after: "x", pageSize: 0 }, refused: ["after", "page_size"] },
  sendRecord: { by, set: { record }, refused: ["record.reference", "record.country", "record.url"] },
};

test.each([...made.keys()])("all that is wrong with a request leaves in one answer: %s", async (method) => {
  const faulty = calls[method];
  const handler = made.get(method);
  if (faulty === undefined || handler === undefined) throw new Error(`say what is wrong with a call of ${method}`);
  expect(await refusedFields(method, handler(deps), [HotlineLinkServiceService], faulty)).toEqual(faulty.refused);
});
