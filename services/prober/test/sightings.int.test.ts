import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { formerTargetIdOf, targetIdOf as idOf } from "@ntd/address";
import { nouns } from "@ntd/bus";
import { Channel } from "@ntd/proto/intake/v1/report";
import { ProbeServiceService, Sighting, type RecordSightingRequest } from "@ntd/proto/prober/v1/probe_service";
import { GoneStrength, Observation, ProbeReason } from "@ntd/proto/prober/v1/target";
import { ReadingServiceService } from "@ntd/proto/operations/v1/reading_service";
import { connect, problemOf, type RpcClient } from "@ntd/rpc";
import { MovableClock, type Clock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ProberConfig } from "../src/config.ts";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

type Definition = Parameters<typeof connect>[0];
type Kind = "assessor" | "operator";

async function assessors(clock?: Clock, given?: Partial<ProberConfig>) {
  const running = await at.startProber(given, clock);
  onTestFinished(() => running[Symbol.asyncDispose]());
  async function as(name: string, kind?: Kind): Promise<RpcClient<typeof ProbeServiceService>>;
  async function as<D extends Definition>(name: string, kind: Kind, definition: D): Promise<RpcClient<D>>;
  async function as(name: string, kind: Kind = "assessor", definition: Definition = ProbeServiceService) {
    const identityDir = await at.bed.identity(kind, name);
    const client = connect(definition, { address: running.address, identityDir });
    onTestFinished(() => client[Symbol.asyncDispose]());
    return client;
  }
  return as;
}

const saying = (path: string, given: Partial<RecordSightingRequest>): RecordSightingRequest => ({
  requestId: randomUUID(),
  targetId: targetIdOf(path),
  episode: 1,
  sighting: Sighting.SEEN,
  how: "a browser at home",
  time: new Date(),
  movedToUrl: "",
  personOnly: false,
  personOnlyHost: false,
  ...given,
});
const page = { pageSize: 10, pageToken: "" };

test("what a trusted channel reported and no eye can see is asked at once, and a person's word ends the question", async () => {
  const as = await assessors();
  const ann = await as("ann");
  at.pages.set("/walled", 403);
  await at.report("/walled", { channel: Channel.POLICE });
  await at.until("/walled", "unreachable");
  const [asked] = (await ann.listUnseen(page)).targets;
  expect(asked).toMatchObject({
    targetId: targetIdOf("/walled"),
    reason: ProbeReason.HTTP_REFUSED,
    timesAsked: 1,
    looks: [{ eye: "browser", observation: Observation.BLIND }],
  });
  // An operator sees the question, never the address.
  expect((await (await as("op", "operator")).listUnseen(page)).targets).toMatchObject([{ url: "" }]);
  // Who was shown it left that behind, who was not did not.
  const auditor = await as("auditor", "operator", ReadingServiceService);
  const read = { caseId: "", reader: "", resource: `targets/${targetIdOf("/walled")}`, pageSize: 10, pageToken: "" };
  expect((await auditor.listReadings(read)).readings).toMatchObject([{ reader: "assessor/ann", kind: "address" }]);

  const said = saying("/walled", {});
  const { target } = await ann.recordSighting(said);
  expect(target).toMatchObject({ lastSeenTime: said.time, looks: [{ eye: "assessor/ann" }] });
  expect(await at.until("/walled", "present")).toMatchObject({ lastSeenTime: said.time });
  expect((await ann.listUnseen(page)).targets).toEqual([]);
  expect(await ann.recordSighting(said)).toMatchObject({ needsSecond: false });
  await expect(ann.recordSighting({ ...said, how: "another" }).catch(problemOf)).resolves.toMatchObject({
    reason: "REQUEST_ID_REUSED",
  });
});

test("gone takes two persons, and waits in the list for the second", async () => {
  const as = await assessors();
  const [ann, ben] = [await as("ann"), await as("ben")];
  at.pages.set("/gate", 403);
  await at.report("/gate");
  await at.until("/gate", "unreachable");
  const gone = { sighting: Sighting.GONE };
  expect(await ann.recordSighting(saying("/gate", gone))).toMatchObject({ needsSecond: true });
  expect(await ann.recordSighting(saying("/gate", gone))).toMatchObject({ needsSecond: true });
  expect((await ben.listUnseen(page)).targets).toMatchObject([{ targetId: targetIdOf("/gate"), needsSecond: true }]);
  expect(await ben.recordSighting(saying("/gate", gone))).toMatchObject({ needsSecond: false });
  expect(await at.until("/gate", "gone")).toMatchObject({
    goneStrength: GoneStrength.PERSON,
    reason: ProbeReason.PERSON_ONLY,
    looks: [{ eye: "assessor/ann" }, { eye: "assessor/ben" }],
  });
});

test("a word that cannot be taken does nothing: no host is marked, nothing else is watched", async () => {
  const as = await assessors();
  at.pages.set("/refused", "picture 3 3");
  at.pages.set("/never-watched", "picture 4 4");
  await at.report("/refused");
  const { lastSeenTime } = await at.until("/refused", "present");
  const time = new Date((lastSeenTime?.getTime() ?? 0) - 1000);
  const movedToUrl = at.urlOf("/never-watched");
  for (const name of ["ann", "ben"]) {
    const said = saying("/refused", { sighting: Sighting.MOVED_TO, movedToUrl, time, personOnlyHost: true });
    await expect((await as(name)).recordSighting(said).catch(problemOf)).resolves.toMatchObject({
      fields: [{ field: "time" }],
    });
  }
  at.pages.delete("/refused");
  await at.report("/refused");
  await at.until("/refused", "gone");
  expect(at.hits("/never-watched")).toBe(0);
});

test("a word that cannot be taken says why", async () => {
  const ann = await (await assessors())("ann");
  at.pages.set("/there", "picture 1 1");
  await at.report("/there");
  const { lastSeenTime } = await at.until("/there", "present");
  const why = (given: Partial<RecordSightingRequest>) => ann.recordSighting(saying("/there", given)).catch(problemOf);
  expect(await why({ how: " ", time: new Date(Date.now() + 3_600_000), sighting: Sighting.UNSPECIFIED })).toMatchObject(
    {
      reason: "FIELD_INVALID",
      fields: [{ field: "sighting" }, { field: "how" }, { field: "time" }],
    },
  );
  const before = new Date((lastSeenTime?.getTime() ?? 0) - 1000);
  expect(await why({ sighting: Sighting.GONE, time: before })).toMatchObject({ fields: [{ field: "time" }] });
  expect(await why({ episode: 2 })).toMatchObject({ reason: "VERSION_CONFLICT", metadata: { episode: "1" } });
  expect(await why({ targetId: "0" })).toMatchObject({ reason: "NOT_FOUND" });
});

test("a person's word is followed by a look at once, though nobody watched the address any more", async () => {
  const ann = await (await assessors())("ann");
  at.pages.set("/rests", "picture 6 6");
  await at.report("/rests");
  const { lastSeenTime } = await at.until("/rests", "present");
  expect(at.hits("/rests")).toBe(1);
  const time = new Date((lastSeenTime?.getTime() ?? 0) + 1);
  await ann.recordSighting(saying("/rests", { sighting: Sighting.GONE, time }));
  await eventually("a look", async () => at.hits("/rests") > 1);
});

test("nothing moves to where it is", async () => {
  const ann = await (await assessors())("ann");
  const key = await readFile(at.environment["PROBER_TARGET_KEY_FILE"] ?? "");
  const movedToUrl = at.urlOf("/stays");
  const targetId = idOf(key, { fetch: movedToUrl });
  at.pages.set("/stays", "picture 7 7");
  await at.report("/stays", { targetId });
  const seen = await eventually("it is seen", async () =>
    (await at.bed.published(nouns.target)).find(({ data }) => data.targetId === targetId),
  );
  const time = new Date((seen.data.lastSeenTime?.getTime() ?? 0) + 1);
  const said = saying("/stays", { targetId, sighting: Sighting.MOVED_TO, movedToUrl, time });
  await expect(ann.recordSighting(said).catch(problemOf)).resolves.toMatchObject({
    fields: [{ field: "moved_to_url" }],
  });
});

test("what moved is looked for where it is now, once for each request, and says where it came from", async () => {
  const as = await assessors();
  const ann = await as("ann");
  at.pages.set("/from", "picture 5 5");
  at.pages.set("/to", "picture 5 5");
  await at.report("/from");
  const { lastSeenTime } = await at.until("/from", "present");
  const time = new Date((lastSeenTime?.getTime() ?? 0) + 1);
  const movedToUrl = at.urlOf("/to");
  const said = saying("/from", { sighting: Sighting.MOVED_TO, movedToUrl, time });
  for (let times = 0; times < 2; times++) expect(await ann.recordSighting(said)).toMatchObject({ needsSecond: true });
  const moved = await eventually("the new address is seen", async () =>
    (await at.bed.published(nouns.target)).find(({ data }) => data.movedFromTargetId === targetIdOf("/from")),
  );
  expect(moved).toMatchObject({ verb: "present", data: { episode: 1 } });
  expect(at.hits("/to")).toBe(1);
  const bad = saying("/from", { sighting: Sighting.MOVED_TO, movedToUrl: "ftp://host.example/", time });
  await expect(ann.recordSighting(bad).catch(problemOf)).resolves.toMatchObject({
    fields: [{ field: "moved_to_url" }],
  });
});

test("what moved joins the target that release 0.2 made of that address, and not of one that it took for the same", async () => {
  const ann = await (await assessors())("ann");
  const key = await readFile(at.environment["PROBER_TARGET_KEY_FILE"] ?? "");
  const [known, twin] = [at.urlOf("/m/a%2Fb"), at.urlOf("/m/a/b")];
  const former = formerTargetIdOf(key, { fetch: twin });
  for (const path of ["/moved", "/m/a%2Fb", "/m/a/b"]) at.pages.set(path, "picture 8 8");
  await at.report("/moved");
  const { lastSeenTime } = await at.until("/moved", "present");
  await at.report("/m/a%2Fb", { targetId: former });
  const heard = async () => (await at.bed.published(nouns.target)).map(({ data }) => data);
  await eventually("the known address", async () => (await heard()).some(({ targetId }) => targetId === former));
  for (const [i, movedToUrl] of [known, twin].entries()) {
    const time = new Date((lastSeenTime?.getTime() ?? 0) + 1 + i);
    await ann.recordSighting(saying("/moved", { sighting: Sighting.MOVED_TO, movedToUrl, time }));
  }
  const own = idOf(key, { fetch: twin });
  const moved = await eventually("the twin", async () => (await heard()).find(({ targetId }) => targetId === own));
  expect(moved.movedFromTargetId).toBe(targetIdOf("/moved"));
  expect(at.hits("/m/a/b")).toBe(1);
  expect((await heard()).some(({ targetId }) => targetId === idOf(key, { fetch: known }))).toBe(false);
});

test("where only a person can see, machines decide nothing but that they see, at a whole host if so said", async () => {
  const as = await assessors();
  const [ann, ben] = [await as("ann"), await as("ben")];
  at.pages.set("/one", "picture 6 6");
  await at.report("/one");
  const { lastSeenTime } = await at.until("/one", "present");
  const time = new Date((lastSeenTime?.getTime() ?? 0) + 1);
  const alone = { time, personOnlyHost: true };
  for (let times = 0; times < 2; times++) {
    expect(await ann.recordSighting(saying("/one", alone))).toMatchObject({ needsSecond: true });
  }
  expect(await ben.recordSighting(saying("/one", alone))).toMatchObject({ needsSecond: false });
  at.pages.set("/two", "picture 7 7");
  await at.report("/two");
  await at.until("/two", "present");
  at.pages.delete("/two");
  await at.report("/two");
  // No run of misses begins: after k slots of it a person is asked.
  const end = await at.until("/two", "unseen");
  expect(end).toMatchObject({ reason: ProbeReason.PERSON_ONLY });
  expect((await at.told("/two")).map(({ verb }) => verb)).toEqual(["present", "unseen"]);
  at.pages.set("/two", "picture 7 7");
  await at.report("/two");
  await at.until("/two", "present");
});

test("a target is unseen since it was first, also where an outage of our own made the looks begin anew", async () => {
  const clock = new MovableClock();
  const ann = await (await assessors(clock, { unreachableMs: 4000 }))("ann");
  const asked = async () => (await ann.listUnseen(page)).targets.find((one) => one.targetId === targetIdOf("/dark"));
  const lookedAt = async () => (await asked())?.looks[0]?.time?.getTime() ?? 0;
  at.pages.set("/dark", 403);
  const began = clock.now();
  await at.report("/dark");
  await at.until("/dark", "unreachable");
  for (let looks = 0; (await asked()) === undefined; looks++) {
    expect(looks).toBeLessThan(40);
    const before = at.hits("/dark");
    clock.advance(500);
    await eventually("a look", async () => at.hits("/dark") > before || (await asked()) !== undefined);
  }
  clock.advance(3_600_000);
  const after = clock.now().getTime();
  await at.report("/dark");
  await eventually("a look after the outage", async () => (await lookedAt()) >= after);
  expect((await asked())?.unseenSinceTime?.getTime()).toBeLessThan(began.getTime() + 60_000);
});
