import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  EntryServiceService,
  HashListServiceService,
  type Entry,
  type StreamChangesResponse,
  type StreamRevocationsResponse,
  type UploadHeader,
  type UploadReleaseRequest,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { UploadServiceService } from "@ntd/proto/hashlists/v1/upload_service";
import { connect, type RpcClient } from "@ntd/rpc";
import type { Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { setMembers, type TestBed } from "@ntd/testing";
import { readHashlistsConfig } from "../src/config.ts";
import { ID_BYTES } from "../src/entries/entry-id.ts";
import { COLUMNS } from "../src/formats/entry-line.ts";
import { start } from "../src/service.ts";
import { openCollections, type Collections } from "../src/store.ts";

export type Maintainer = RpcClient<typeof HashListServiceService>;

/** The service under test with two people and the reader of entries; for the tests of this service. */
export async function startHashlists(bed: TestBed, clock: Clock, settings: Record<string, string> = {}) {
  await using stack = new AsyncDisposableStack();
  const storeUrl = `file:${join(bed.dir, randomUUID(), "store.sqlite")}`;
  const config = readHashlistsConfig(await bed.environment("hashlists", { STORE_URL: storeUrl, ...settings }));
  let running = new AsyncDisposableStack();
  stack.defer(() => running.disposeAsync());
  const { address } = running.use(await start(config, { clock }));
  const identityDir = await bed.identity("service", "matching");
  const matching = stack.use(connect(EntryServiceService, { address, identityDir }));
  const uploads = stack.use(
    connect(UploadServiceService, { address, identityDir: await bed.identity("maintainer", "anna") }),
  );
  const held = stack.move();
  const as = async (kind: "maintainer" | "operator" | "assessor", name: string) =>
    held.use(connect(HashListServiceService, { address, identityDir: await bed.identity(kind, name) }));
  const [anna, ben] = [await as("maintainer", "anna"), await as("maintainer", "ben")];
  return {
    anna,
    ben,
    as,
    /** Second thoughts on what was taken back. */
    asReviser: async (name: string) =>
      held.use(connect(RevocationServiceService, { address, identityDir: await bed.identity("maintainer", name) })),
    address,
    /** Anna's. */
    uploads,
    entries: async (releaseId: string): Promise<Entry[]> => {
      const all: Entry[] = [];
      for await (const { entries } of matching.streamEntries({ releaseId })) all.push(...entries);
      return all;
    },
    revocations: async (setId: string, afterCounter = 0n, together = false): Promise<StreamRevocationsResponse[]> => {
      const all: StreamRevocationsResponse[] = [];
      for await (const some of matching.streamRevocations({ setId, afterCounter, together })) all.push(some);
      return all;
    },
    changes: (setId: string, afterCounter: bigint, throughCounter = 0n): AsyncIterable<StreamChangesResponse> =>
      matching.streamChanges({ setId, afterCounter, throughCounter }),
    /** Stops the service for good, and opens its store. */
    async stopped() {
      await running.move().disposeAsync();
      const store = await openStore(storeUrl);
      return { collections: await openCollections(store), close: () => store[Symbol.asyncDispose]() };
    },
    /** Stops the service, counts what its store holds, and starts it again at another address. */
    async count() {
      await running.move().disposeAsync();
      const counts = await countsIn(storeUrl);
      running = new AsyncDisposableStack();
      running.use(await start(config, { clock }));
      return counts;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function countsIn(storeUrl: string) {
  await using store = await openStore(storeUrl);
  const { sets, releases, entries } = await openCollections(store);
  return {
    sets: (await sets.count()).count,
    releases: (await releases.count()).count,
    entries: await entriesIn(entries),
  };
}

/** How many entries a store holds, of all parts or of one. */
export async function entriesIn(entries: Collections["entries"], part?: string): Promise<number> {
  const chunks = await entries.find({ ...(part !== undefined && { where: { part } }), limit: 100_000 });
  return chunks.reduce((sum, { state }) => sum + state.ids.byteLength / ID_BYTES, 0);
}

export const policy: SetPolicy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: true,
  minVotes: 2,
  thresholds: undefined,
};

export const members = setMembers("anna", "ben");

/** A set of its own for a test. */
export async function newSet(client: Maintainer): Promise<string> {
  const setId = `set-${randomUUID()}`;
  await client.createSet({ requestId: randomUUID(), setId, policy, members });
  return setId;
}

export const HEADER = COLUMNS.join();
export const md5 = (n: number) => n.toString(16).padStart(32, "0");
export const md5Line = (n: number) => `md5,${md5(n)},,,,,`;
/** A list of so many lines, all good. */
export const list = (lines: number) =>
  [HEADER, ...Array.from({ length: lines }, (_, i) => md5Line(i + 1)), ""].join("\n");

export interface UploadOptions {
  requestId?: string;
  chunkBytes?: number;
  /** What the trailer says; null: there is none. */
  byteCount?: bigint | null;
  /** What else its header says. */
  header?: Omit<Partial<UploadHeader>, "requestId" | "setId">;
}

export function upload(client: Maintainer, setId: string, file: string | Uint8Array, options: UploadOptions = {}) {
  return client.uploadRelease(partsOfUpload(setId, file, options));
}

/** An upload as it is sent. */
export async function* partsOfUpload(setId: string, file: string | Uint8Array, options: UploadOptions) {
  const { requestId = randomUUID(), chunkBytes = 64 * 1024 } = options;
  const bytes = Buffer.from(file);
  yield message({ $case: "header", value: { requestId, setId, ...options.header } });
  for (let at = Number(options.header?.resumeAtByte ?? 0n); at < bytes.length; at += chunkBytes) {
    yield message({ $case: "chunk", value: bytes.subarray(at, at + chunkBytes) });
  }
  const byteCount = options.byteCount === undefined ? BigInt(bytes.length) : options.byteCount;
  if (byteCount !== null) yield message({ $case: "trailer", value: { byteCount } });
}

export function message(part: UploadReleaseRequest["part"]): UploadReleaseRequest {
  return { part };
}

/** Has an earlier release in force again, by the word of two. */
export async function rolledBack({ anna, ben }: Record<"anna" | "ben", Maintainer>, setId: string, releaseId: string) {
  const named = { setId, rollbackToReleaseId: releaseId, reason: "the newer one is wrong" };
  const { change } = await ben.proposeSetChange({ requestId: randomUUID(), ...named });
  return await anna.approveSetChange({ requestId: randomUUID(), setId, changeId: change?.changeId ?? "" });
}
