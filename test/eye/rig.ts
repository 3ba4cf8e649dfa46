import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, Health, MovableClock, type Sealer } from "@ntd/service";
import { change, openStore } from "@ntd/store";
import { type DnsResolver, parseNetwork, publicOrIn } from "@ntd/wayout";
import { DecoderPool } from "../../services/fingerprint/src/decoder-pool.ts";
import { decoderSandbox } from "../../services/fingerprint/src/decoder-sandbox.ts";
import { Films } from "../../services/fingerprint/src/films/films.ts";
import { computeFilm } from "../../services/fingerprint/src/films/rpc-compute-film.ts";
import { computeFingerprints } from "../../services/fingerprint/src/rpc-compute-fingerprints.ts";
import type { Eye } from "../../services/prober/src/fetch/eye.ts";
import { Exits } from "../../services/prober/src/look/exits.ts";
import { probe, type ProbingDeps } from "../../services/prober/src/look/probe.ts";
import { Turns } from "../../services/prober/src/look/turns.ts";
import { openCollections, type Targets } from "../../services/prober/src/store.ts";
import { newTarget, withNotice, withReport } from "../../services/prober/src/schedule/schedule.ts";
import type { Target } from "../../services/prober/src/targets/target-state.ts";
import { asked } from "../../services/prober/test/asked.ts";
import { onPages, unsigned } from "../../services/prober/test/examples.ts";
import { openHost, type Host } from "./host.ts";

const MINUTE = 60_000;
export const SLOT_MS = 15 * MINUTE;
export const HOUR = 60 * MINUTE;

/** What DNS says of a name, by family: addresses, or the code that it fails with. */
export type Dns = Record<4 | 6, readonly string[] | "ENOTFOUND" | "ENODATA" | "ESERVFAIL" | "ETIMEOUT">;

/** Three eyes at real fetches of a real host, with real pictures; only the clock is moved. */
export interface Rig extends AsyncDisposable {
  host: Host;
  clock: MovableClock;
  /** Names that DNS answers otherwise than with the host's address; with " abroad" behind it, to the eye abroad. */
  names: Map<string, Dns>;
  /** Watches an address; its id. */
  watch(url: string): Promise<string>;
  /** A notice about it was issued and has left. */
  offered(id: string): Promise<void>;
  /** One slot of looks at each of these. */
  slot(ids: readonly string[]): Promise<void>;
  of(id: string): Promise<Target>;
}

export async function openRig(given: { slotLimitMs?: number } = {}): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-eye-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const host = stack.use(await openHost());
  const log = createLog("prober", "silent");
  const health = stack.use(new Health(log));
  const sandbox = await decoderSandbox({ sandbox: "auto", maxRssMb: 700, environment: "TEST" });
  const pool = stack.use(
    new DecoderPool({ workers: 2, maxWaiting: 1000, timeoutMs: 5000, maxRssMb: 700, watchEvery: 1000, sandbox }, log),
  );
  const store = stack.use(await openStore(`file:${join(dir, "store")}`));
  const collections = await openCollections(store);
  const clock = new MovableClock(new Date(Date.UTC(2026, 0, 1)));
  const names = new Map<string, Dns>();
  const deps: ProbingDeps = { ...collections, clock, log, health, ...settings(host, names, pool), ...given };
  const stop = stack.adopt(new AbortController(), (controller) => controller.abort());
  const { targets } = collections;
  const running = stack.move();
  const room = () => ({ enter: () => true, leave: () => undefined });
  async function look(id: string): Promise<void> {
    await change(targets, id, (state) => state && { state: { ...state, work: { ...state.work, dueAt: clock.now() } } });
    await probe(deps, { id, lane: "watch", document: undefined, enter: () => true, room }, stop.signal);
  }
  return {
    host,
    clock,
    names,
    watch: (url) => watched(targets, url, clock.now()),
    async offered(id) {
      const now = clock.now();
      await change(targets, id, (state) => {
        const mark = {
          id: "notice",
          version: 1,
          episode: state?.episode ?? 1,
          open: true,
          offered: true,
          since: now,
          answers: 0,
        };
        const next = state && withNotice(state, mark, { lane: "answer/p", trace: {} }, now);
        return next && { state: next };
      });
    },
    async slot(ids) {
      const waiting = [...ids];
      const hand = async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await look(id);
      };
      await Promise.all(Array.from({ length: 12 }, hand));
    },
    async of(id) {
      const found = await targets.load(id);
      if (found === undefined) throw new Error(`no target ${id}`);
      return found.state;
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

function eyesBy(proxyPort: number): readonly [Eye, ...Eye[]] {
  const home = { network: "home", country: "MY", exit: "owned", via: { is: "direct" } } as const;
  const via = { is: "http", host: "127.0.0.1", port: proxyPort } as const;
  return [
    { name: "browser", profile: "browser", ...home },
    { name: "declared", profile: "declared", ...home },
    { name: "abroad", profile: "browser", network: "far", country: "SG", exit: "contracted", via, dns: ["192.0.2.53"] },
  ];
}

// What is sealed is of no concern here.
const sealer: Sealer = {
  seal: (text) => ({ keyId: "2026-01", nonce: new Uint8Array(), ciphertext: Buffer.from(text) }),
  open: ({ ciphertext }) => {
    const fetch = Buffer.from(ciphertext).toString();
    return JSON.stringify({ original: fetch, fetch, key: fetch });
  },
};

function dnsBy(names: ReadonlyMap<string, Dns>, from: "home" | "abroad"): DnsResolver {
  const usual: Dns = { 4: ["127.0.0.1"], 6: "ENODATA" };
  const answer = async (name: string, family: 4 | 6) => {
    const said = ((from === "abroad" ? names.get(`${name} abroad`) : undefined) ?? names.get(name) ?? usual)[family];
    if (typeof said === "string") throw Object.assign(new Error(said), { code: said });
    return [...said];
  };
  return { resolve4: (name) => answer(name, 4), resolve6: (name) => answer(name, 6) };
}

async function watched(targets: Targets, url: string, now: Date): Promise<string> {
  const id = randomUUID().replaceAll("-", "");
  const address = sealer.seal(url, "address", now);
  const mark = { id: "report", receivedTime: now, address, lane: "report/", trace: {} };
  await targets.insert(id, withReport(newTarget(id, address, now), mark, now) ?? newTarget(id, address, now));
  return id;
}

/** Films and other large files are hashed, and no frame is looked at. */
const filmsByBytes = new Films({ sandbox: undefined, maxBytes: 0, timeoutMs: 0, maxRssMb: 0, maxWaiting: 100 });

/** What a prober is set up with, but for its store and clock. */
function settings(
  host: Host,
  names: ReadonlyMap<string, Dns>,
  pool: DecoderPool,
): Omit<ProbingDeps, "targets" | "pages" | "hosts" | "evidence" | "requests" | "clock" | "log" | "health"> {
  const eyes = eyesBy(host.proxyPort);
  const slotRules = {
    slotMs: SLOT_MS,
    slotsRequired: 3,
    neverSeenSlots: [0, 1, 4, 96],
    unreachableMs: 24 * HOUR,
    pageAgainMs: 60_000,
  };
  const loopback = parseNetwork("127.0.0.0/8");
  return {
    sealer,
    ...unsigned,
    ...onPages,
    eyes,
    hostDigest: (hostname) => hostname,
    restored: { load: async () => undefined },
    exits: new Exits(() => undefined),
    rules: { ...slotRules, idleMs: 24 * HOUR, watchMs: 90 * 24 * HOUR, eyes, homeCountry: "MY" },
    settings: { slotsRequired: 3, vantage: "test" },
    slotLimitMs: 60_000,
    leaseMs: 120_000,
    hands: 16,
    woken: new Set(),
    turns: new Turns(2),
    recipe: { inUse: undefined },
    fingerprintTimeoutMs: 30_000,
    fingerprint: (request, { signal }) => computeFingerprints({ pool }, request, signal),
    computeFilm: (requests, { signal }) => computeFilm(filmsByBytes, requests, signal),
    fetchRules: {
      dnsOf: ({ dns }) => dnsBy(names, dns === undefined ? "home" : "abroad"),
      hosts: async () => [],
      allowed: publicOrIn(loopback === undefined ? [] : [loopback]),
      ports: [[1, 65_535]],
      maxBytes: 8 * 1024 * 1024,
      timeoutMs: 2500,
      asWhom: asked.asWhom,
    },
  };
}
