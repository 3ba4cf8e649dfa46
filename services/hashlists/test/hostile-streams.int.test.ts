import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MovableClock, Problem } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { list, message, newSet, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, clock, { UPLOAD_SILENT_SECONDS: "1", UPLOADS_AT_ONCE: "2" });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const header = (setId: string) => message({ $case: "header", value: { requestId: randomUUID(), setId } });
const chunk = (text: string) => message({ $case: "chunk", value: Buffer.from(text) });
const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );
const sent = (stream: AsyncIterable<UploadReleaseRequest>) =>
  problemOf(service.anna.uploadRelease(stream, { deadline: 60_000 }));
/** Sends these, and nothing more until it is told. */
async function* silent(first: UploadReleaseRequest[], until: Promise<unknown> = new Promise(() => undefined)) {
  yield* first;
  await until;
}

test("a stream of which nothing comes is given up, before its header and behind it, and says how to mend it", async () => {
  const setId = await newSet(service.anna);
  const problems = await Promise.all([sent(silent([])), sent(silent([header(setId), chunk(list(1200))]))]);
  for (const problem of problems) {
    expect(problem).toMatchObject({ reason: "TIMED_OUT" });
    expect(problem?.message).toContain("Nothing came for 1 s; upload again");
  }
  expect((await service.anna.listReleases({ setId, pageSize: 0, pageToken: "" })).releases).toEqual([]);
});

test("messages without a byte are refused by name: such a stream would never end", async () => {
  const setId = await newSet(service.anna);
  async function* nothing() {
    yield header(setId);
    while (true) yield chunk("");
  }
  const problem = await sent(nothing());
  expect(problem?.fields).toEqual([{ field: "chunk", description: "is empty; leave it out" }]);
});

test("a byte a message is taken, and gives the same entries", async () => {
  const setId = await newSet(service.anna);
  const { release } = await upload(service.anna, setId, list(20), { chunkBytes: 1 });
  expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", entryCount: 20n });
});

test("a repeat of what was uploaded is given up after the same time as the first", async () => {
  const setId = await newSet(service.anna);
  const requestId = randomUUID();
  await upload(service.anna, setId, list(3), { requestId });
  async function* endless() {
    yield message({ $case: "header", value: { requestId, setId } });
    while (true) {
      await delay(10);
      clock.advance(30 * 60_000);
      yield chunk("x");
    }
  }
  expect((await sent(endless()))?.reason).toBe("TIMED_OUT");
});

test("more uploads than the service takes at a time are refused with the number, and taken when one is through", async () => {
  const setId = await newSet(service.anna);
  const through = Promise.withResolvers<void>();
  const file = list(3);
  const trailer = message({ $case: "trailer", value: { byteCount: BigInt(file.length) } });
  async function* held() {
    yield header(setId);
    yield chunk(file.slice(0, 10));
    await through.promise;
    yield chunk(file.slice(10));
    yield trailer;
  }
  const two = [sent(held()), problemOf(service.ben.uploadRelease(held()))];
  const refused = await eventually("the third is refused", () =>
    problemOf(upload(service.ben, setId, file)).then((problem) => problem ?? false),
  );
  expect(refused.reason).toBe("RATE_LIMITED");
  expect(refused.message).toMatch(/^2 lists are being uploaded.*HASHLISTS_UPLOADS_AT_ONCE/);
  through.resolve();
  expect(await Promise.all(two)).toEqual([undefined, undefined]);
  expect((await upload(service.ben, setId, file)).release?.entryCount).toBe(3n);
});

test("who uploads and breaks off again and again leaves neither entries nor documents", async () => {
  await using own = await startHashlists(bed, clock);
  const setId = await newSet(own.anna);
  for (let n = 0; n < 50; n++) {
    async function* brokenOff() {
      yield header(setId);
      yield chunk(list(2));
    }
    expect((await problemOf(own.anna.uploadRelease(brokenOff())))?.reason).toBe("FIELD_INVALID");
  }
  expect((await own.count()).releases).toBe(50);
  const isEmpty = async () => {
    clock.advance(25 * 3_600_000);
    const { releases, entries } = await own.count();
    return releases === 0 && entries === 0;
  };
  // One after the other, each in a few writes.
  await eventually("nothing is left", isEmpty, 90_000);
});
