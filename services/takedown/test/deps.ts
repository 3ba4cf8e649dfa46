import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@ntd/bus";
import { NO_COUNTRIES } from "@ntd/facts";
import { NO_SCHEMES } from "@ntd/schemes";
import { createLog, keySetOf, MovableClock, newSigningKey, sealAddress, sealer, signerFromFile } from "@ntd/service";
import { openStore, type Collection } from "@ntd/store";
import { Bells } from "../src/stream/bells.ts";
import { readTakedownConfig } from "../src/config.ts";
import type { Deps } from "../src/deps.ts";
import { Directory } from "../src/providers/directory.ts";
import { aCase, at } from "./examples.ts";
import type { Provider } from "../src/providers/stored-provider.ts";
import { openCollections } from "../src/store.ts";

/** What handlers work with, on a real store (by default one that goes with it), without bus or gRPC. */
export async function openTestDeps(storeUrl?: string): Promise<Deps & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-takedown-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const key = join(dir, "key.json");
  await writeFile(key, JSON.stringify(await newSigningKey("test-1")));
  const store = stack.use(await openStore(storeUrl ?? `file:${join(dir, "store.sqlite")}`));
  const collections = await openCollections(store);
  const signer = signerFromFile(key);
  const config = readTakedownConfig({
    NTD_ENVIRONMENT: "TEST",
    NTD_NATS_URL: "tls://unused",
    NTD_SEALING_KEYS_FILE: key,
    TAKEDOWN_IDENTITY_DIR: dir,
    TAKEDOWN_STORE_URL: "file:unused",
    TAKEDOWN_SIGNING_KEY_FILE: key,
  });
  const clock = new MovableClock(at(0));
  const owner = stack.move();
  return {
    ...collections,
    config,
    log: createLog("takedown", "silent"),
    clock,
    sealer: sealer(new Map([["2020-01", new Uint8Array(32).fill(7)]])),
    signer,
    keySet: () => keySetOf(signer, ""),
    bells: new Bells(),
    health: { degrade: () => undefined },
    hotlines: undefined,
    countries: () => NO_COUNTRIES,
    schemes: NO_SCHEMES,
    directory: await Directory.open(collections.providers, clock),
    [Symbol.asyncDispose]: () => owner.disposeAsync(),
  };
}

/** A provider that an operator wrote then, spoken for by the identity of its own name. */
export function aProvider(providerId: string, changed: Date, change: Partial<Provider> = {}): Provider {
  return {
    schemaVersion: 1,
    providerId,
    displayName: providerId,
    domains: [],
    prefixes: [],
    roles: [],
    identities: [providerId],
    changes: [{ by: "operator/o", at: changed }],
    requests: [],
    ...change,
  };
}

/** Writes a provider as another replica does. */
export async function addProvider({ providers, clock }: Deps, providerId: string, domain: string): Promise<void> {
  await providers.insert(providerId, aProvider(providerId, clock.now(), { domains: [domain] }));
}

export const eventOfData = <T>(aggregateId: string, version: number, data: T): Event<T> => ({
  id: `${aggregateId}-${version}`,
  verb: "any",
  time: at(0),
  aggregateId,
  version,
  data,
});

/** An event of a case whose picture is at `url`. */
export const decidedCase = (deps: Deps, url: string, version = 1, change: Parameters<typeof aCase>[0] = {}) =>
  eventOfData(
    "case-1",
    version,
    aCase({ address: sealAddress(deps.sealer, { original: url, fetch: url, key: url }, at(0)), ...change }),
  );

/** The same collection, with `before` run ahead of each call and `after` behind it. */
export function watchedCollection<C extends Collection<never, never>>(
  collection: C,
  { before, after }: { before?: (method: string) => unknown; after?: (method: string) => unknown },
): C {
  return new Proxy(collection, {
    get(target, method, receiver) {
      const member: unknown = Reflect.get(target, method, receiver);
      if (typeof member !== "function") return member;
      if (method === "pages")
        return (...args: unknown[]) => (after?.("pages"), Reflect.apply(member, target, args) as unknown);
      return async (...args: unknown[]) => {
        await before?.(String(method));
        const result: unknown = await Reflect.apply(member, target, args);
        await after?.(String(method));
        return result;
      };
    },
  });
}

/** `deps` in which `meanwhile` runs whole, once, right after the first read of `collection`. */
export function meeting(
  deps: Deps,
  collection: "switches" | "cases" | "targets",
  meanwhile: () => Promise<unknown>,
): Deps {
  let met = false;
  const after = async (method: string) => {
    if (method !== "load" || met) return;
    met = true;
    await meanwhile();
  };
  return { ...deps, [collection]: watchedCollection(deps[collection] as never, { after }) };
}

const WRITES = new Set(["insert", "save"]);

/** `deps` that fail at the n-th write, before or after it was made. */
export function failing(deps: Deps, n: number, when: "before" | "after"): { on: Deps; hit: () => boolean } {
  let count = 0;
  let hit = false;
  const fail = (method: string) => {
    if (!WRITES.has(method) || hit || ++count !== n) return;
    hit = true;
    throw new Error("cut off");
  };
  const watch = (name: "cases" | "targets" | "dispatches" | "notices") =>
    watchedCollection(deps[name] as never, { [when]: fail });
  const [cases, targets] = [watch("cases"), watch("targets")];
  return {
    on: { ...deps, cases, targets, dispatches: watch("dispatches"), notices: watch("notices") },
    hit: () => hit,
  };
}
