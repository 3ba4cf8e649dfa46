import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SetMember, UploadHeader, UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CallContext } from "@ntd/rpc";
import { NO_SCHEMES } from "@ntd/schemes";
import { createLog, MovableClock } from "@ntd/service";
import { openStore, type Collection } from "@ntd/store";
import type { Deps } from "../src/deps.ts";
import { KeptAsks } from "../src/impact/asks.ts";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { knownRevoked } from "../src/revoked/known-revoked.ts";
import { createSet } from "../src/sets/rpc-create-set.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { uploadRelease } from "../src/uploads/rpc-upload-release.ts";
import { list, policy } from "./bed.ts";

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
    uploadPace: { bytesPerSecond: 0, withinMs: 30_000 },
    maxKeptBytes: 1e9,
    keptAreFull: () => {},
    revokedIn: knownRevoked(collections),
    comparing: new Map(),
    keptAsks: new KeptAsks(),
    assessSoon: () => {},
    notedStandings: new Map(),
    findLostSoon: () => {},
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

/** The same of a maintainer. */
export const by = (name: string) => calledBy(`maintainer/${name}`);

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

/** What anna uploads, by the id of its release. */
export async function uploaded(deps: Deps, setId: string, csv: string): Promise<string> {
  const { release } = await uploadRelease(deps)(sentAs({ setId }, csv), by("anna"));
  return release?.releaseId ?? "";
}

/** A set with a list of so many lines in force, approved by ben. */
export async function setInForce(deps: Deps, members: SetMember[], lines: number): Promise<string> {
  const setId = `set-${randomUUID()}`;
  await createSet(deps)({ requestId: randomUUID(), setId, policy, members }, by("anna"));
  const releaseId = await uploaded(deps, setId, list(lines));
  await approveRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
  await activateRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
  return setId;
}

type Name = { [K in keyof Deps]: Deps[K] extends Collection<infer _S, infer _F> ? K : never }[keyof Deps];
type Watch = (method: string) => unknown;

/** `deps` of which one collection runs `before` ahead of each call and `after` behind it. */
export function watching(deps: Deps, name: Name, { before, after }: { before?: Watch; after?: Watch }): Deps {
  const watched = new Proxy(deps[name] as object, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method);
      if (typeof member !== "function") return member;
      if (method === "pages") return (...args: unknown[]) => (before?.("pages"), Reflect.apply(member, target, args));
      return async (...args: unknown[]) => {
        await before?.(String(method));
        const result: unknown = await Reflect.apply(member, target, args);
        await after?.(String(method));
        return result;
      };
    },
  });
  return { ...deps, [name]: watched };
}

/** `deps` in which `meanwhile` runs whole, once, behind the first call of a method of a collection. */
export function meeting(deps: Deps, name: Name, method: string, meanwhile: () => Promise<unknown>): Deps {
  let isMet = false;
  const after = async (called: string) => {
    if (called !== method || isMet) return;
    isMet = true;
    await meanwhile();
  };
  return watching(deps, name, { after });
}

const WRITES = new Set(["insert", "save", "insertMany"]);

/** `deps` that are cut off at their n-th write to some collections, before or after it is made. */
export function cutAt(deps: Deps, names: readonly Name[], n: number, when: "before" | "after") {
  let count = 0;
  let isCut = false;
  const cut = (method: string) => {
    if (!WRITES.has(method) || isCut || ++count !== n) return;
    isCut = true;
    throw new Error("cut off");
  };
  const on = names.reduce((all, name) => watching(all, name, { [when]: cut }), deps);
  return { on, isCut: () => isCut };
}
