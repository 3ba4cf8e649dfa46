import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { servingAsker } from "../src/client/serving.ts";
import { fixedIdentity } from "../src/identity/identity-files.ts";
import { GET, openTestBed, type TestBed } from "./bed.ts";
import { answerTo, flood, headerOnly, rawConnection, servingProcess } from "./raw-calls.ts";

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const UNAUTHENTICATED = "16";
const PERMISSION_DENIED = "7";
const DEADLINE_EXCEEDED = "4";
const UNAVAILABLE = "14";

test("who may not call is told so on its first header, with the reason, before any message is read", async () => {
  const isp = await bed.identity({ kind: "isp", name: "a" });
  const server = await bed.serve({});
  const session = await rawConnection(server.address, isp.dir);
  const call = headerOnly(session, GET);
  const closed = new Promise((resolve) => call.once("close", resolve));
  const answer = await answerTo(call);
  expect(answer.status).toBe(PERMISSION_DENIED);
  expect(answer.details).toMatch(/google\.rpc\.ErrorInfo[^]*NOT_ALLOWED[^]*ntd/);
  expect(bed.lines).toContainEqual(
    expect.objectContaining({ msg: "a call was refused", caller: isp.uri, method: GET, reason: "NOT_ALLOWED" }),
  );
  // The server ends the stream: who goes on sending is not read.
  await closed;
  session.destroy();
});

test("a call whose message never comes ends at its time limit, and frees its place", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const server = await bed.serve({}, { maxCallMs: 200 });
  const session = await rawConnection(server.address, reporter.dir);
  const answer = await answerTo(headerOnly(session, GET));
  expect(answer.status).toBe(DEADLINE_EXCEEDED);
  expect(answer.details).toContain("TIMED_OUT");
  session.destroy();
});

test("calls whose message never came end with a denied identity, and hold up no drain", async () => {
  const [a, b] = [
    await bed.identity({ kind: "reporter", name: "a" }),
    await bed.identity({ kind: "reporter", name: "b" }),
  ];
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, "");
  const server = await bed.serve({}, { denyListFile });
  const [first, second] = [await rawConnection(server.address, a.dir), await rawConnection(server.address, b.dir)];
  const [denied, waiting] = [answerTo(headerOnly(first, GET)), answerTo(headerOnly(second, GET))];
  const gone = new Promise<number>((resolve) => first.once("close", () => resolve(performance.now())));
  await writeFile(denyListFile, a.uri);
  expect((await denied).details).toContain("IDENTITY_DENIED");
  expect((await denied).status).toBe(PERMISSION_DENIED);
  const told = performance.now();
  expect((await gone) - told).toBeLessThan(1000);
  const begun = performance.now();
  await server[Symbol.asyncDispose]();
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(await waiting).toMatchObject({ status: UNAVAILABLE, details: expect.stringContaining("SHUTTING_DOWN") });
  second.destroy();
});

test("who asks whether it serves, and is refused, hears that it lives: a supervisor is not to end it", async () => {
  const operator = await bed.identity({ kind: "operator", name: "a" });
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, operator.uri);
  const server = await bed.serve({}, { denyListFile });
  using asker = servingAsker(server.address, operator.dir);
  expect(await asker.ask()).toEqual({ says: "refuses", why: "This identity is on the deny-list." });
});

test("an identity of another trust domain is refused on the first header", async () => {
  const stranger = await bed.identity({ kind: "reporter", name: "a" });
  const own = await bed.identity({ kind: "service", name: "under-test" });
  const identity = fixedIdentity(own.dir);
  const elsewhere = { ...identity, value: { ...identity.value, trustDomain: "other.test" } };
  const server = await bed.serve({}, { identityDir: elsewhere });
  const session = await rawConnection(server.address, stranger.dir);
  expect(await answerTo(headerOnly(session, GET))).toMatchObject({ status: UNAUTHENTICATED });
  session.destroy();
});

test("tens of thousands of calls without a message, on one connection, cost a server no more than 50 MiB", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const own = await bed.identity({ kind: "service", name: "under-test" });
  using server = await servingProcess({ IDENTITY_DIR: own.dir });
  const settled = await rawConnection(server.address, reporter.dir);
  await answerTo(headerOnly(settled, "/ntd.None/None"));
  const before = server.memory();
  let highest = before;
  const sent = await flood(server.address, reporter.dir, GET, 60_000, () => {
    highest = Math.max(highest, server.memory());
  });
  expect(sent).toBeGreaterThan(256);
  expect(highest - before).toBeLessThan(50);
  // And it still answers.
  expect(await answerTo(headerOnly(settled, "/ntd.None/None"))).toMatchObject({ status: "12" });
  settled.destroy();
});
