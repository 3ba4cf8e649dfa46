// A thread that stands for hashlists: it makes the entries of a release while they are asked for. Its own service
// reads them from a store, which test/bench/hashlists.ts measures.
import { parentPort, workerData } from "node:worker_threads";
import { EntryServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health } from "@ntd/service";
import { entryIdOf, hashOf } from "./matching-service-entries.ts";

export type Change =
  | { kind: "release"; releaseId: string; setId: string; from: number; count: number; counter: number }
  | { kind: "revocation"; setId: string; number: number; counter: number };

/** What the thread is told; it answers with the sequence number. */
export interface ToLists {
  sequence: number;
  change: Change;
}

const BATCH = 1000;

const releases = new Map<string, { from: number; count: number }>();
const revoked = new Map<string, { number: number; counter: number }[]>();
const counters = new Map<string, number>();

async function* streamEntries({ releaseId }: { releaseId: string }) {
  const { from, count } = releases.get(releaseId) ?? { from: 0, count: 0 };
  for (let at = 0; at < count; at += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => from + at + i);
    yield { entries: numbers.map(entryOf) };
  }
}

async function* streamRevocations({ setId, afterCounter }: { setId: string; afterCounter: bigint }) {
  const throughCounter = BigInt(counters.get(setId) ?? 0);
  const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
  for (const { number, counter } of (revoked.get(setId) ?? []).filter((one) => one.counter > afterCounter)) {
    yield { counter: BigInt(counter), entryIds: [entryIdOf(number)], throughCounter, cause, revokedBy: [] };
  }
  yield { counter: 0n, entryIds: [], throughCounter, cause, revokedBy: [] };
}

// Of a stand-in nobody knows what was in force when: rows are searched in the whole list.
async function* streamChanges({ throughCounter }: { throughCounter: bigint }) {
  const header = { historyUnknown: true, throughCounter, releaseId: "", entryCount: 0n, policyChanged: false };
  yield {
    header: { ...header, policy: undefined, othersInBetween: true },
    added: [],
    changed: [],
    removedEntryIds: [],
    restated: [],
  };
}

function entryOf(number: number) {
  const fingerprint = { algorithm: "ALGORITHM_PDQ" as const, value: hashOf(number), quality: 80 };
  return { entryId: entryIdOf(number), fingerprint, classification: undefined, votes: 3 };
}

function take(change: Change): void {
  counters.set(change.setId, change.counter);
  if (change.kind === "release") releases.set(change.releaseId, change);
  else revoked.set(change.setId, [...(revoked.get(change.setId) ?? []), change]);
}

const log = createLog("hashlists", "silent");
const { identityDir } = workerData as { identityDir: string };
const access = {
  "/ntd.hashlists.v1.EntryService/StreamEntries": ["service/matching"],
  "/ntd.hashlists.v1.EntryService/StreamRevocations": ["service/matching"],
  "/ntd.hashlists.v1.EntryService/StreamChanges": ["service/matching"],
};
const server = await startRpcServer({ listen: "127.0.0.1:0", identityDir, access, health: new Health(log), log }, [
  service(EntryServiceService, { streamEntries, streamRevocations, streamChanges }),
]);
parentPort?.on("message", ({ sequence, change }: ToLists) => {
  take(change);
  parentPort?.postMessage({ sequence });
});
parentPort?.postMessage({ address: server.address });
