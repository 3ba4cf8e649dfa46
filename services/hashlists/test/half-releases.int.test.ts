import { randomUUID } from "node:crypto";
import { change } from "@ntd/store";
import { containersMissing, setMembers, startMongoContainer } from "@ntd/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { streamChanges } from "../src/entries/rpc-stream-changes.ts";
import { streamEntries } from "../src/entries/rpc-stream-entries.ts";
import { removePart } from "../src/entries/store-entries.ts";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { exportRelease } from "../src/exports/rpc-export-release.ts";
import { layersIn } from "../src/releases/release.ts";
import { findLostReleases } from "../src/sets/every-hour-find-lost-releases.ts";
import { approveSetChange } from "../src/set-changes/rpc-decide-set-change.ts";
import { proposeSetChange } from "../src/set-changes/rpc-propose-set-change.ts";
import { createSet } from "../src/sets/rpc-create-set.ts";
import { uploadRelease } from "../src/uploads/rpc-upload-release.ts";
import { getSet } from "../src/views/rpc-get-set.ts";
import { HEADER, list, md5Line, policy } from "./bed.ts";
import { by, openTestDeps, sentAs, uploaded } from "./deps.ts";

// A backup that copies one collection after the other, while a list is being written, has a part of its chunks and the
// release all the same.

const noContainers = await containersMissing();
const stores = [
  { name: "sqlite", missing: undefined },
  { name: noContainers === undefined ? "mongo" : `mongo (skipped: ${noContainers})`, missing: noContainers },
];
const stop = new AbortController().signal;

describe.each(stores)("on $name", ({ name, missing }) => {
  const held = new AsyncDisposableStack();
  let url: string | undefined;
  let deps: Awaited<ReturnType<typeof openTestDeps>>;
  let isAskedFor: number;
  let setId: string;
  beforeAll(async () => {
    if (missing === undefined && name === "mongo") url = held.use(await startMongoContainer()).url;
  });
  beforeEach(async () => {
    if (missing !== undefined) return;
    const opened = await openTestDeps(url && `${url}/ntd-${randomUUID()}`);
    isAskedFor = 0;
    deps = { ...opened, findLostSoon: () => void isAskedFor++ };
    setId = "list";
    await createSet(deps)({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") }, by("anna"));
  });
  afterEach(async () => {
    if (missing === undefined) await deps[Symbol.asyncDispose]();
  });
  afterAll(() => held.disposeAsync());

  const when = test.skipIf(missing !== undefined);
  const approve = (releaseId: string) => approveRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
  const activate = (releaseId: string) => activateRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
  async function inForce(lines: number): Promise<string> {
    const releaseId = await uploaded(deps, setId, list(lines));
    await approve(releaseId);
    await activate(releaseId);
    return releaseId;
  }
  async function deltaOn(baseReleaseId: string, line: number): Promise<string> {
    const header = { setId, kind: "UPLOAD_KIND_DELTA", baseReleaseId } as const;
    const file = [HEADER, md5Line(line), ""].join("\n");
    const { release } = await uploadRelease(deps)(sentAs(header, file), by("anna"));
    return release?.releaseId ?? "";
  }
  async function partsOf(releaseId: string): Promise<string[]> {
    const release = await deps.releases.load(releaseId);
    return (release && layersIn(release.state)) ?? [];
  }
  /** One chunk of a part goes, or what is kept beside it. */
  async function loseOne(collection: "entries" | "prints", part: string): Promise<void> {
    const { columns } = await deps[collection].project({ where: { part }, limit: 1 }, { id: "text" });
    await deps[collection].remove(...columns.id);
  }
  const halve = async (releaseId: string) => loseOne("entries", (await partsOf(releaseId)).at(-1) ?? "");
  const find = () => findLostReleases(deps, stop);
  const shown = async () => (await getSet(deps)({ setId }, by("anna"))).set;
  const half = { reason: "WRONG_STATE", message: expect.stringContaining("Not all of this release is in the store") };
  const rowsOf = async (releaseId: string) => {
    const all = await Array.fromAsync(streamEntries(deps)({ releaseId }));
    return all.flatMap(({ entries }) => entries).length;
  };

  when.each(["entries", "prints"] as const)(
    "of a release of which some %s are not there the one before is in force, and it is uploaded again",
    async (collection) => {
      const first = await inForce(900);
      const second = await inForce(1000);
      await find();
      expect(await shown()).toMatchObject({ activeReleaseId: second, counter: 2n });
      await loseOne(collection, (await partsOf(second))[0] ?? "");
      await find();
      const lostRelease = { releaseId: second, entryCount: 1000n };
      expect(await shown()).toMatchObject({ activeReleaseId: first, counter: 3n, lostRelease });
      expect(await rowsOf(first)).toBe(900);
      await expect(activate(second)).rejects.toMatchObject(half);
      const again = await inForce(1000);
      expect(await shown()).toMatchObject({ activeReleaseId: again, counter: 4n });
      expect((await shown())?.lostRelease).toBeUndefined();
    },
  );

  when.each([
    ["half", (part: string) => loseOne("entries", part)],
    ["lost", (part: string) => removePart(deps, part, stop)],
  ])("a delta on a list that is %s is as lost as that one; no other is written on either", async (_, lose) => {
    const base = await inForce(1000);
    const delta = await deltaOn(base, 5000);
    await approve(delta);
    await activate(delta);
    const other = await deltaOn(base, 6000);
    const [below, own] = await partsOf(delta);
    expect([below, own]).not.toContain(undefined);
    await lose(below ?? "");
    await expect(approve(other)).rejects.toMatchObject(half);
    await find();
    expect(await shown()).toMatchObject({ activeReleaseId: "", counter: 3n, lostRelease: { releaseId: delta } });
    for (const on of [base, delta]) {
      await expect(deltaOn(on, 7000)).rejects.toMatchObject({
        fields: [{ field: "header.base_release_id", description: expect.stringContaining("upload the whole list") }],
      });
    }
    const again = await inForce(1000);
    expect(await shown()).toMatchObject({ activeReleaseId: again });
  });

  when("a half release is not approved or exported, nor is the way back to one", async () => {
    const first = await inForce(900);
    await inForce(1000);
    const back = { reason: "better", rollbackToReleaseId: first };
    const nothingElse = { policy: undefined, members: undefined, terms: undefined };
    const asked = { requestId: randomUUID(), setId, ...back, ...nothingElse };
    const { change: proposed } = await proposeSetChange(deps)(asked, by("anna"));
    const next = await uploaded(deps, setId, list(1010));
    for (const releaseId of [first, next]) await halve(releaseId);
    await expect(approve(next)).rejects.toMatchObject(half);
    const wanted = {
      setId,
      releaseId: first,
      format: "EXPORT_FORMAT_NTD_CSV",
      scheme: "",
      withRevoked: false,
    } as const;
    const file = exportRelease(deps, deps.revokedIn)(wanted, by("anna"));
    await expect(Array.fromAsync(file)).rejects.toMatchObject(half);
    const word = { requestId: randomUUID(), setId, changeId: proposed?.changeId ?? "" };
    await expect(approveSetChange(deps)(word, by("ben"))).rejects.toMatchObject(half);
  });

  when("who reads what is in force and half hears so, and the set is looked at", async () => {
    await inForce(900);
    const second = await inForce(1000);
    await halve(second);
    await expect(rowsOf(second)).rejects.toMatchObject(half);
    expect(isAskedFor).toBe(1);
    const changes = streamChanges(deps)({ setId, afterCounter: 1n, throughCounter: 2n });
    await expect(Array.fromAsync(changes)).rejects.toMatchObject(half);
    expect(isAskedFor).toBe(2);
  });

  when("what another release changes in a half one nobody tells", async () => {
    const first = await inForce(900);
    const second = await inForce(1000);
    await halve(first);
    const [header, ...others] = await Array.fromAsync(
      streamChanges(deps)({ setId, afterCounter: 1n, throughCounter: 2n }),
    );
    expect(header?.header).toMatchObject({ historyUnknown: true, releaseId: second });
    expect(others).toEqual([]);
  });

  when(
    "of a list of an earlier release, of which the chunks were not counted, reading it to its end tells that it is half",
    async () => {
      const first = await inForce(900);
      const second = await inForce(1000);
      await change(deps.releases, second, (release) => {
        if (release?.stage.name !== "approved") throw new Error("it is approved");
        const { chunks: _, ...stage } = release.stage;
        return { state: { ...release, stage } };
      });
      await find();
      expect(await rowsOf(second)).toBe(1000);
      await halve(second);
      await find();
      expect(await shown()).toMatchObject({ activeReleaseId: second });
      await expect(rowsOf(second)).rejects.toMatchObject(half);
      expect(isAskedFor).toBe(1);
      await find();
      expect(await shown()).toMatchObject({ activeReleaseId: first, lostRelease: { releaseId: second } });
    },
  );
});
