import { randomUUID } from "node:crypto";
import type { UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MovableClock, Problem } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HEADER, list, md5Line, message, newSet, startHashlists, upload, type Maintainer } from "./bed.ts";
import { longestTurnMs } from "./longest-turn.ts";

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, new MovableClock());
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );
const header = (setId: string) => message({ $case: "header", value: { requestId: randomUUID(), setId } });
const chunk = (text: string) => message({ $case: "chunk", value: Buffer.from(text) });
const sending = (client: Maintainer, stream: AsyncIterable<UploadReleaseRequest>) =>
  problemOf(client.uploadRelease(stream, { deadline: 60_000 }));

describe("others have their turn while a hostile file is read:", () => {
  const KB = 1024;
  const filled = (unit: string) => `${HEADER}\n${unit.repeat((200 * KB) / unit.length)}\n`;
  test.each([
    ["lone quotes", filled('"\n')],
    ["quotes that close too late", filled('"a,"b\n')],
    ["doubled quotes in one field", filled(`${'""'.repeat(2000)}\n`)],
    ["quotes around every field", filled(`${'"",'.repeat(1300)}\n`)],
    ["commas", filled(`${",".repeat(4000)}\n`)],
    ["lines of one letter", filled("x\n")],
    ["lines of nothing", filled("\n")],
    ["carriage returns", filled("\r")],
    ["spaces", filled(`${" ".repeat(4000)}\n`)],
    ["one hash again and again", filled(`${md5Line(1)}\n`)],
    ["digits without an end", filled(`md5,${"f".repeat(4000)},,,,,\n`)],
    ["a line without an end", filled("y")],
    ["films of too many frames", filled(`vpdq,${"0:0:0 ".repeat(16_000)},,,,,\n`)],
    ["films with quotes around", filled(`"vpdq","${`${"0".repeat(64)}:80:1 `.repeat(1000)}",,,,,\n`)],
  ])("%s", async (_, file) => {
    const setId = await newSet(service.anna);
    // The client here shares the processor with the service: its messages are made before.
    const messages = [
      header(setId),
      chunk(file),
      message({ $case: "trailer", value: { byteCount: BigInt(file.length) } }),
    ];
    async function* stream() {
      yield* messages;
    }
    await upload(service.anna, setId, list(500));
    const { longestMs } = await longestTurnMs(() => sending(service.anna, stream()));
    expect(longestMs).toBeLessThan(50);
  });
});
