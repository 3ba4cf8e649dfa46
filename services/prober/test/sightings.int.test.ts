import { randomUUID } from "node:crypto";
import { Channel } from "@ntd/proto/intake/v1/report";
import { ProbeServiceService, Sighting, type RecordSightingRequest } from "@ntd/proto/prober/v1/probe_service";
import { GoneStrength, Observation, ProbeReason } from "@ntd/proto/prober/v1/target";
import { connect, problemOf } from "@ntd/rpc";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

async function assessors() {
  const running = await at.startProber();
  onTestFinished(() => running[Symbol.asyncDispose]());
  return async (name: string, kind: "assessor" | "operator" = "assessor") => {
    const identityDir = await at.bed.identity(kind, name);
    const client = connect(ProbeServiceService, { address: running.address, identityDir });
    onTestFinished(() => client[Symbol.asyncDispose]());
    return client;
  };
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
