import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { startCleaningUploads } from "../src/releases/every-second-clean-uploads.ts";
import type { ReleaseState } from "../src/releases/release.ts";
import { beginUpload, finishUpload } from "../src/uploads/upload-steps.ts";
import { TombstoneLines } from "../src/releases/tombstones.ts";
import { frozenIds } from "../src/revocations/store-revocations.ts";
import { openCollections } from "../src/store.ts";
import { EntryWriter } from "../src/entries/store-entries.ts";
import { entriesIn, md5 } from "./bed.ts";

test("what a process that was killed left of an upload goes when its time is over; a good release stays", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-hashlists-"));
  try {
    await using store = await openStore(`file:${join(dir, "store.sqlite")}`);
    const clock = new MovableClock();
    const collections = await openCollections(store);
    const { releases, entries } = collections;
    const leaseUntil = new Date(clock.now().getTime() + 60_000);
    const release = (releaseId: string) =>
      beginUpload(undefined, {
        releaseId,
        setId: "s",
        uploadedBy: "maintainer/anna",
        part: `part-${releaseId}`,
        now: clock.now(),
        leaseUntil,
      }) as ReleaseState;
    const lines = Array.from({ length: 1100 }, (_, i) => line(i));
    for (const id of ["killed", "good"]) {
      const writer = new EntryWriter(collections, "s", `part-${id}`);
      await writer.add(lines);
      await writer.end();
    }
    const takenBack = new TombstoneLines("s");
    takenBack.take([{ ...line(2000), revoked: "REVOCATION_CAUSE_EXPIRED" }]);
    const [{ part: ofKilled } = none] = await takenBack.freeze(collections, "part-killed");
    const [{ part: ofGood } = none] = await takenBack.freeze(collections, "part-good");
    const frozenBytes = async (part: string) => (await frozenIds(collections, part)).length;
    expect([await frozenBytes(ofKilled), await frozenBytes(ofGood)]).toEqual([16, 16]);
    await releases.insert("killed", release("killed"));
    const outcome = { name: "validated", digest: "d", entryCount: lines.length } as const;
    await releases.insert("good", finishUpload(release("good"), "part-good", outcome, clock.now()) as ReleaseState);

    await using cleaner = startCleaningUploads({ ...collections, clock, log: createLog("test", "silent") });
    clock.advance(59_000);
    cleaner.kick();
    await releases.load("killed");
    expect([await entriesIn(entries, "part-killed"), await entriesIn(entries, "part-good")]).toEqual([1100, 1100]);
    clock.advance(1000);
    await eventually("the entries are removed", async () => {
      cleaner.kick();
      const { state } = (await releases.load("killed")) ?? {};
      return state?.stage.name === "abandoned" && state.leftovers.length === 0;
    });
    expect([await entriesIn(entries, "part-killed"), await entriesIn(entries, "part-good")]).toEqual([0, 1100]);
    expect([await frozenBytes(ofKilled), await frozenBytes(ofGood)]).toEqual([0, 16]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

const none = { part: "" };

function line(n: number) {
  const value = md5(n);
  return { line: n + 2, algorithm: "MD5", value, quality: 0, scheme: "", code: "", votes: 1, sourceId: "" } as const;
}
