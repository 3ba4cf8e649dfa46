import { randomUUID } from "node:crypto";
import type { UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import { eventually, setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { createSet } from "../src/sets/rpc-create-set.ts";
import { hasRoom } from "../src/uploads/kept-room.ts";
import { getUpload } from "../src/uploads/rpc-get-upload.ts";
import { uploadRelease } from "../src/uploads/rpc-upload-release.ts";
import { list, message, partsOfUpload, policy } from "./bed.ts";
import { by, meeting, openTestDeps } from "./deps.ts";

// What is kept of uploads that are not over is bounded for all persons together, and so is how slowly they may come.

const MIB = 1024 * 1024;
const file = Buffer.from(list(100_000));

async function newSet(deps: Deps): Promise<string> {
  const setId = `set-${randomUUID()}`;
  const members = setMembers("anna", "ben");
  await createSet(deps)({ requestId: randomUUID(), setId, policy, members }, by("anna"));
  return setId;
}

/** The first bytes of the file, and nothing behind them. */
async function* beginning(setId: string, requestId: string, bytes: number): AsyncGenerator<UploadReleaseRequest> {
  yield message({ $case: "header", value: { requestId, setId } });
  yield message({ $case: "chunk", value: file.subarray(0, bytes) });
}

const keptOf = async (deps: Deps, person: string, setId: string, uploadRequestId: string) =>
  Number((await getUpload(deps)({ setId, uploadRequestId }, by(person))).keptBytes) / MIB;

test("of more than may be kept the oldest lapses, of the person of whom most is kept; what others left stays", async () => {
  const full: boolean[] = [];
  const keptAreFull = (areFull: boolean) => void full.push(areFull);
  await using bed = await openTestDeps();
  const deps = { ...bed, maxKeptBytes: 5 * MIB, keptAreFull };
  const { clock } = bed;
  const setId = await newSet(deps);
  const left: [string, string][] = [];
  const breakOff = async (person: string, mebibytes: number) => {
    const requestId = randomUUID();
    left.push([person, requestId]);
    const upload = uploadRelease(deps)(beginning(setId, requestId, mebibytes * MIB), by(person));
    expect(Problem.from(await upload.catch((error: unknown) => error))).toMatchObject({ reason: "FIELD_INVALID" });
    clock.advance(1000);
  };
  const kept = () => Promise.all(left.map(([person, requestId]) => keptOf(deps, person, setId, requestId)));
  await breakOff("ben", 1);
  await breakOff("anna", 2);
  await breakOff("anna", 2);
  expect(await kept()).toEqual([1, 2, 2]);
  await breakOff("ben", 2);
  expect(await kept()).toEqual([1, 0, 2, 2]);
  expect(full).not.toContain(true);
  expect((await deps.staged.count()).count).toBe(5);
});

test("where all is kept of uploads that go on, no more is kept, that is said, and they come whole all the same", async () => {
  const full: boolean[] = [];
  await using bed = await openTestDeps();
  const deps = { ...bed, maxKeptBytes: MIB, keptAreFull: (areFull: boolean) => void full.push(areFull) };
  const setId = await newSet(deps);
  const asked = partsOfUpload(setId, file, {});
  const { release } = await uploadRelease(deps)(asked, by("anna"));
  expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", entryCount: 100_000n });
  expect(full).toContain(true);
  // What is behind a piece that was not kept is not, either.
  const requestId = randomUUID();
  await deps.staged.remove(...(await deps.staged.find({ limit: 100 })).map(({ id }) => id));
  await uploadRelease(deps)(beginning(setId, requestId, 3 * MIB), by("anna")).catch(() => undefined);
  expect(await keptOf(deps, "anna", setId, requestId)).toBe(1);
  await deps.staged.remove(...(await deps.staged.find({ limit: 100 })).map(({ id }) => id));
  expect(await hasRoom(deps)).toBe(true);
  expect(full.at(-1)).toBe(false);
});

test("what lapses as somebody goes on with it makes no list without its beginning", async () => {
  await using deps = await openTestDeps();
  const setId = await newSet(deps);
  const requestId = randomUUID();
  await uploadRelease(deps)(beginning(setId, requestId, 2 * MIB), by("anna")).catch(() => undefined);
  const lapse = async () => {
    const { state, ...found } = (await deps.releases.find({ orderBy: "stagedBy", limit: 1 }))[0] ?? expect.fail();
    const { staged: _, ...lapsed } = state;
    await deps.releases.save({ state, ...found }, lapsed);
  };
  // Behind the look at what is kept.
  const on = meeting(deps, "releases", "load", lapse);
  const asked = partsOfUpload(setId, file, { requestId, header: { resumeAtByte: BigInt(2 * MIB) } });
  const upload = uploadRelease(on)(asked, by("anna"));
  expect(Problem.from(await upload.catch((error: unknown) => error))).toMatchObject({
    fields: [{ field: "header.resume_at_byte" }],
  });
});

test("who trickles loses the place to who wants it, and goes on later behind what came", async () => {
  const uploadPace = { bytesPerSecond: 1e12, withinMs: 1 };
  await using bed = await openTestDeps();
  const deps = { ...bed, uploadsAtOnce: 1, uploadPace };
  const setId = await newSet(deps);
  const [requestId, never] = [randomUUID(), Promise.withResolvers<void>()];
  async function* trickle() {
    yield* beginning(setId, requestId, 2 * MIB);
    await never.promise;
  }
  const upload = uploadRelease(deps);
  const slow = upload(trickle(), by("anna")).catch((error: unknown) => Problem.from(error));
  await eventually("what came is kept", async () => (await keptOf(deps, "anna", setId, requestId)) === 2);
  const other = await eventually("ben has the place", () =>
    upload(partsOfUpload(setId, list(10), {}), by("ben")).catch(() => false as const),
  );
  expect(other.release?.entryCount).toBe(10n);
  expect(await slow).toMatchObject({ reason: "RATE_LIMITED", message: expect.stringContaining("goes on behind") });
  never.resolve();
  const rest = partsOfUpload(setId, file, { requestId, header: { resumeAtByte: BigInt(2 * MIB) } });
  expect((await upload(rest, by("anna"))).release?.entryCount).toBe(100_000n);
});
