import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProbeServiceService, type ListRequestsRequest } from "@ntd/proto/prober/v1/probe_service";
import { connect, problemOf } from "@ntd/rpc";
import { createLog, MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startTrimmingRequests } from "../src/evidence/every-minute-trim-requests.ts";
import { Register, type Requests } from "../src/evidence/register.ts";
import { requestsIn } from "../src/evidence/requests.ts";
import { openCollections } from "../src/store.ts";
import { openProberBed, type ProberBed } from "./bed.ts";
import { at as minute } from "./examples.ts";

describe("in a running prober", () => {
  let at: ProberBed;
  beforeAll(async () => {
    at = await openProberBed();
  });
  afterAll(() => at[Symbol.asyncDispose]());

  async function client(address: string, kind: "operator" | "assessor") {
    const identityDir = await at.bed.identity(kind, "somebody");
    const one = connect(ProbeServiceService, { address, identityDir });
    onTestFinished(() => one[Symbol.asyncDispose]());
    return one;
  }

  test("every request is on the register, by its eye, for operators who name the host", async () => {
    const running = await at.startProber();
    onTestFinished(() => running[Symbol.asyncDispose]());
    const fromTime = new Date();
    const asked = (given: Partial<ListRequestsRequest> = {}): ListRequestsRequest => {
      const range = { fromTime, toTime: new Date(Date.now() + 1000) };
      return { host: "host.example", ...range, pageSize: 0, pageToken: "", ...given };
    };
    at.pages.set("/a", "picture 1 1");
    await at.report("/a");
    await at.until("/a", "present");
    const operator = await client(running.address, "operator");
    expect((await operator.listRequests(asked())).requests).toMatchObject([{ eye: "browser" }]);
    expect((await operator.listRequests(asked({ host: "HOST.example" }))).requests).toHaveLength(1);
    expect((await operator.listRequests(asked({ host: "other.example" }))).requests).toEqual([]);
    expect((await operator.listRequests(asked({ toTime: new Date(fromTime.getTime() + 1) }))).requests).toEqual([]);
    for (const [given, field] of [
      [{ host: "host.example/a" }, "host"],
      [{ host: "" }, "host"],
      [{ toTime: fromTime }, "to_time"],
    ] as const) {
      const refused = operator.listRequests(asked(given)).catch(problemOf);
      expect(await refused).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field }] });
    }
    const assessor = await client(running.address, "assessor");
    expect(await assessor.listRequests(asked()).catch(problemOf)).toMatchObject({ reason: "NOT_ALLOWED" });
  });

  test("what a page shows is on the register, each request at its host", async () => {
    const running = await at.startProber();
    onTestFinished(() => running[Symbol.asyncDispose]());
    const fromTime = new Date();
    const far = at.urlOf("/far.jpg").replace("host.example", "far-9.example");
    at.pages.set("/shows", `<html><img src="/near.jpg"><img src="${far}">`);
    for (const path of ["/near.jpg", "/far.jpg"]) at.pages.set(path, "picture 5 5");
    await at.report("/shows");
    await at.until("/shows", "not_media");
    const operator = await client(running.address, "operator");
    const range = { fromTime, toTime: new Date(Date.now() + 1000), pageSize: 0, pageToken: "" };
    const onRegister = async (host: string) => (await operator.listRequests({ host, ...range })).requests.length;
    expect([await onRegister("host.example"), await onRegister("far-9.example")]).toEqual([2, 1]);
  });

  test("a look costs no write of its own, and what is noted when the process stops is written", async () => {
    const began = performance.now();
    const running = await at.startProber();
    const paths = Array.from({ length: 100 }, (_, i) => `/many/${i}`);
    for (const path of paths) at.pages.set(path, "picture 2 2");
    await at.reportAll(paths);
    await eventually("all are looked at", () => paths.every((path) => at.hits(path) > 0));
    await running[Symbol.asyncDispose]();
    const seconds = Math.ceil((performance.now() - began) / 1000);
    await using store = await openStore(at.environment["PROBER_STORE_URL"] ?? "");
    const { requests } = await openCollections(store);
    const pages = await requests.find({ limit: 1000 });
    const rows = pages.flatMap(({ state }) => requestsIn(state));
    expect(rows.length).toBeGreaterThanOrEqual(100);
    expect(new Set(rows.map(({ host }) => host)).size).toBeGreaterThanOrEqual(100);
    // Those of the test before, too.
    expect(pages.length).toBeLessThanOrEqual(seconds + 5);
  });
});

async function register() {
  const dir = await mkdtemp(join(tmpdir(), "ntd-register-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const store = await openStore(`file:${join(dir, "store")}`);
  onTestFinished(() => store[Symbol.asyncDispose]());
  const { requests } = await openCollections(store);
  const clock = new MovableClock(minute(0));
  const noting = (into: Requests) => new Register({ requests: into, clock, hostDigest: () => "0f".repeat(16) });
  const rows = async () => (await requests.find({ limit: 100 })).flatMap(({ state }) => requestsIn(state));
  return { requests, clock, noting, rows };
}

test("what could not be written is written later, once, however often it is tried", async () => {
  const { requests, noting, rows } = await register();
  let fails = 2;
  const insertMany: Requests["insertMany"] = async (pages) => {
    // Written, and the answer is lost.
    await requests.insertMany(pages);
    if (fails-- > 0) throw new Error("the store is away");
    return pages.length;
  };
  const one = noting({ ...requests, insertMany });
  one.note("browser", "http://host.example/a");
  await expect(one.write()).rejects.toThrow();
  one.note("declared", "http://host.example/b");
  await expect(one.write()).rejects.toThrow();
  one.note("browser", "http://host.example/c");
  await Promise.all([one.write(), one.write()]);
  await one.write();
  expect((await rows()).map(({ eye }) => eye).toSorted()).toEqual(["browser", "browser", "declared"]);
});

test("the register is kept for its time, and trimmed then", async () => {
  const { requests, clock, noting, rows } = await register();
  const one = noting(requests);
  const log = createLog("prober", "silent");
  one.note("browser", "http://host.example/");
  await one.write();
  clock.advance(3_600_000);
  one.note("declared", "http://host.example/");
  await one.write();
  await using trimming = startTrimmingRequests({ requests, requestsKeptMs: 7_200_000, clock, log });
  clock.advance(3_600_000);
  trimming.kick();
  await eventually("it has run", async () => (await rows()).length === 2);
  clock.advance(1);
  trimming.kick();
  await eventually("the older one is gone", async () => (await rows()).length === 1);
  expect((await rows()).map(({ eye }) => eye)).toEqual(["declared"]);
});
