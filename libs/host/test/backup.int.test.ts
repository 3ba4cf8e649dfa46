import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BackupServiceService } from "@ntd/proto/operations/v1/backup_service";
import { connect } from "@ntd/rpc";
import { createLog } from "@ntd/service";
import { openStore, type Collection } from "@ntd/store";
import { checkedCopy, readJournal } from "@ntd/store/offline";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backups } from "../src/backup.ts";
import type { Opening } from "../src/service-parts.ts";
import { startService } from "../src/start-service.ts";
import { configOf } from "./bed.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

type Parts = Opening<Awaited<ReturnType<typeof configOf>>>;
interface Word {
  word: string;
}

async function startHashlists(journalDir = "") {
  const config = { ...(await configOf(bed, "hashlists")), journalDir };
  const parts: { words?: Collection<Word> } = {};
  const running = await startService({
    name: "hashlists",
    config,
    access: { "/ntd.operations.v1.OperationsService/Republish": ["operator"] },
    open: async ({ store }: Parts) => {
      parts.words = await store.collection<Word>({
        name: "words",
        fields: {},
        journaled: ({ word }) => word === "held",
      });
      return {};
    },
    serve: () => [],
    work: () => ({ case: async () => {} }),
  });
  const client = async (kind: "operator" | "maintainer") =>
    connect(BackupServiceService, { address: running.address, identityDir: await bed.identity(kind, "some") });
  return { running, client, words: parts.words as Collection<Word> };
}

test("an operator holds, releases and copies a service that goes on; nobody else may", async () => {
  const { running, client, words } = await startHashlists();
  await using _ = running;
  await using maintainer = await client("maintainer");
  await expect(maintainer.hold({})).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  await using operator = await client("operator");
  await words.insert("before", { word: "before" });
  await expect(operator.hold({ lease: { seconds: 2n, nanos: 0 } })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  const { holdId } = await operator.hold({});
  const during = words.insert("during", { word: "during" });
  await expect(operator.hold({})).rejects.toMatchObject({ reason: "WRONG_STATE" });
  expect(await operator.release({ holdId })).toEqual({ inForce: true });
  await during;
  const parts: Uint8Array[] = [];
  for await (const { data } of operator.copy({ holdId })) parts.push(data);
  const file = join(bed.dir, randomUUID());
  await writeFile(file, Buffer.concat(parts));
  expect(checkedCopy(file)["words"]).toEqual({ documents: 1, highestVersion: 1 });
  await expect(operator.release({ holdId })).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("whoever dies after a hold leaves nothing behind: the lease ends, and the copy is given up", async () => {
  await using store = await openStore(`file:${join(bed.dir, randomUUID())}`);
  const words = await store.collection<Word>({ name: "words", fields: {} });
  await using service = backups(store, createLog("test", "silent"), 200);
  const { holdId } = await service.hold({ lease: { seconds: 0n, nanos: 50_000_000 } });
  await words.insert("waited", { word: "waited" });
  expect(await service.release({ holdId })).toEqual({ inForce: false });
  await eventually("given up", () => service.hold({}).then(() => true));
});

test("a copy that its reader leaves is given up, and one that is aborted ends", async () => {
  const { running, client, words } = await startHashlists();
  await using _ = running;
  await using operator = await client("operator");
  for (let n = 0; n < 40; n++) await words.insert(`w${n}`, { word: "x".repeat(100_000) });
  const first = await operator.hold({});
  const stop = new AbortController();
  const reading = operator.copy(first, { signal: stop.signal })[Symbol.asyncIterator]();
  await reading.next();
  stop.abort();
  await expect(reading.next()).rejects.toThrow();
  const second = await eventually("held again", () => operator.hold({}));
  await operator.abort(second);
  await operator.abort(second);
  await operator.abort(await operator.hold({}));
});

test("what a service marks as protecting stands in its journal, apart from its store", async () => {
  const dir = join(bed.dir, "journal");
  const { running, words } = await startHashlists(dir);
  await using _ = running;
  const id = randomUUID();
  await words.insert(id, { word: "held" });
  await words.insert(randomUUID(), { word: "free" });
  const found = await Array.fromAsync(readJournal(join(dir, "hashlists.journal")));
  expect(found.map((entry) => [entry.collection, entry.id, entry.version])).toEqual([["words", id, 1]]);
});
