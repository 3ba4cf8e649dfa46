import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const breaker = {
  breakerId: "breaker-1",
  kind: "BREAKER_KIND_SET",
  name: "national",
  trippedTime: new Date(0),
  reversals: 3,
  decisions: 40,
  providers: 1,
  liftProposedBy: "",
  liftProposedTime: undefined,
  liftedTime: undefined,
};

test("brakes list says what is stopped and why, and that nothing is", async () => {
  bed.answers.set("listBreakers", { breakers: [breaker], nextPageToken: "" });
  const { out } = await bed.ntd("brakes", "list");
  expect(out).toMatch(
    /\nbreaker-1 +set national +1970-01-01T00:00:00.000Z +3 of 40 taken back, 1 provider disputes\n$/,
  );
  bed.answers.set("listBreakers", { breakers: [], nextPageToken: "" });
  expect((await bed.ntd("brakes", "list")).out).toBe("no breaker has tripped\n");
});

test("brakes lift waits for a second person, and then it is lifted", async () => {
  const proposed = { ...breaker, liftProposedBy: "operator/anna", liftProposedTime: new Date(1000) };
  bed.answers.set("liftBreaker", { breaker: proposed, waitsForSecondPerson: true });
  const { out } = await bed.ntd("brakes", "lift", "breaker-1", "--reason", "mended");
  expect(out).toMatch(
    /to be lifted by +operator\/anna 1970-01-01T00:00:01.000Z\n\nIt waits for a second person's word.\n$/,
  );
  expect(bed.arrived.at(-1)?.request).toMatchObject({ breakerId: "breaker-1", reason: "mended" });
  const lifted = { ...breaker, trippedTime: undefined, reversals: 0, decisions: 0, providers: 0 };
  bed.answers.set("liftBreaker", { breaker: { ...lifted, liftedTime: new Date(2000) }, waitsForSecondPerson: false });
  const again = await bed.ntd("brakes", "lift", "breaker-1", "--reason", "mended");
  expect(again.out).toMatch(/tripped +no\nlifted last +1970-01-01T00:00:02.000Z\n$/);
  expect((await bed.ntd("brakes", "lift", "breaker-1")).code).toBe(2);
});
