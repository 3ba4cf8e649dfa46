import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

test("readings list says who opened what kind of which case, and when; of a case and by a reader", async () => {
  const reading = { reader: "assessor/ann", kind: "address", caseId: "case-1", reviewId: "", readTime: new Date(0) };
  bed.answers.set("listReadings", { readings: [reading], nextPageToken: "" });
  const { out } = await bed.ntd("readings", "list", "--case", "case-1", "--reader", "assessor/ann");
  expect(out).toMatch(/\n1970-01-01T00:00:00.000Z +assessor\/ann +address +case-1 *\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ caseId: "case-1", reader: "assessor/ann" });
  bed.answers.set("listReadings", { readings: [], nextPageToken: "" });
  expect((await bed.ntd("readings", "list")).out).toBe("nobody opened anything\n");
});
