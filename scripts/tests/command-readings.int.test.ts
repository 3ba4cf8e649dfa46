import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

test("readings list says who opened what kind of what, when and where; of all services or of one", async () => {
  const resource = "notices/n1";
  const reading = { reader: "isp/north", kind: "address", resource, caseId: "case-1", readTime: new Date(0) };
  bed.answers.set("listReadings", { readings: [reading], nextPageToken: "" });
  const { out } = await bed.ntd("readings", "list", "--service", "takedown", "--of", resource, "--reader", "isp/north");
  expect(out).toMatch(/\n\S+ +isp\/north +address +notices\/n1 +case-1 +takedown *\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ caseId: "", reader: "isp/north", resource });
  const everywhere = JSON.parse((await bed.ntd("--json", "readings", "list", "--limit", "3")).out) as { more: boolean };
  expect(everywhere).toMatchObject({ readings: [reading, reading, reading].map(() => ({ resource })), more: true });
  bed.answers.set("listReadings", { readings: [], nextPageToken: "" });
  expect((await bed.ntd("readings", "list")).out).toBe("nobody opened anything\n");
});
