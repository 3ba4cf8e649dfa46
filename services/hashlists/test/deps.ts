import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UploadHeader, UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CallContext } from "@ntd/rpc";
import { NO_SCHEMES } from "@ntd/schemes";
import { createLog, MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import type { Deps } from "../src/deps.ts";
import { openCollections, type Collections } from "../src/store.ts";

/** What calls work with over these collections, without a bus or gRPC, and without peers that know what would follow. */
export function depsOver(collections: Collections, clock: Deps["clock"]): Deps {
  return {
    ...collections,
    clock,
    log: createLog("hashlists", "silent"),
    nationalSet: "national",
    doubtMs: 86_400_000,
    growthTurnMs: 60_000,
    growSoon: () => {},
    schemes: NO_SCHEMES,
    maxReleaseBytes: 4 * 2 ** 30,
    uploadMs: 3_600_000,
    uploadSilentMs: 60_000,
    uploadsAtOnce: 4,
    comparing: new Map(),
    assessSoon: () => {},
    notedStandings: new Map(),
    kickCleaner: () => {},
    casework: undefined,
    matching: undefined,
  };
}

/** The same on a real store, by default one that goes with it. */
export async function openTestDeps(storeUrl?: string): Promise<Deps & AsyncDisposable & { clock: MovableClock }> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-hashlists-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const store = stack.use(await openStore(storeUrl ?? `file:${join(dir, "store.sqlite")}`));
  const clock = new MovableClock(new Date(Date.UTC(2030, 0, 1)));
  const deps = depsOver(await openCollections(store), clock);
  const held = stack.move();
  return { ...deps, clock, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The context of a call by a person, without a connection. */
export function calledBy(person: string): CallContext {
  const metadata = { get: (key: string) => (key === "x-ntd-caller" ? `spiffe://test/${person}` : undefined) };
  return { metadata, signal: new AbortController().signal } as unknown as CallContext;
}

/** A file as a client sends it. */
export async function* sentAs(
  header: Omit<UploadHeader, "requestId">,
  text: string,
): AsyncGenerator<UploadReleaseRequest> {
  const bytes = await Promise.resolve(Buffer.from(text));
  yield { part: { $case: "header", value: { requestId: randomUUID(), ...header } } };
  yield { part: { $case: "chunk", value: bytes } };
  yield { part: { $case: "trailer", value: { byteCount: BigInt(bytes.length) } } };
}

/** Takes out what waits to be sent of a set, as is done once the bus has it. */
export async function sendAll({ sets }: Pick<Deps, "sets">, setId: string): Promise<void> {
  const events = await sets.outbox.read(setId);
  await sets.outbox.removeEvents(
    setId,
    events.map(({ id }) => id),
  );
}
