import { fork } from "node:child_process";
import { once } from "node:events";
import { Resolver } from "node:dns/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import type { Content } from "@ntd/proto/prober/v1/target";
import { createLog, Health, newSigningKey, sealer, signerFromFile, systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { parseNetwork, publicOrIn } from "@ntd/wayout";
import { DecoderPool } from "../../services/fingerprint/src/decoder-pool.ts";
import { decoderSandbox } from "../../services/fingerprint/src/decoder-sandbox.ts";
import { computeFingerprints } from "../../services/fingerprint/src/rpc-compute-fingerprints.ts";
import { startWritingRequests } from "../../services/prober/src/evidence/every-second-write-requests.ts";
import { Register } from "../../services/prober/src/evidence/register.ts";
import type { Eye } from "../../services/prober/src/fetch/eye.ts";
import { defaultEyes } from "../../services/prober/src/fetch/read-eyes.ts";
import { contentOf } from "../../services/prober/src/look/content.ts";
import { startLooking } from "../../services/prober/src/look/every-second-look.ts";
import { Exits } from "../../services/prober/src/look/exits.ts";
import type { ProbingDeps } from "../../services/prober/src/look/probe.ts";
import { Turns } from "../../services/prober/src/look/turns.ts";
import { openCollections, type Targets } from "../../services/prober/src/store.ts";
import { asked } from "../../services/prober/test/asked.ts";
import { onPages, unsigned } from "../../services/prober/test/examples.ts";

export const eyes = defaultEyes({ network: "main", country: "MY" });

/** Hosts with their DNS as a process of its own, a picture that they all show, decoders, keys. */
export interface Stage extends AsyncDisposable {
  readonly port: number;
  readonly sealer: ReturnType<typeof sealer>;
  /** What was computed of the picture: as it stands in a target at which it was seen. */
  readonly content: Content;
  /** Told of each request for a path that begins with /new/. */
  onNew(listener: (path: string) => void): void;
  /** A prober's looking over an empty store of its own. */
  prober(given: { hands: number; timeoutMs: number; eyes: readonly Eye[] }): Promise<Prober>;
}

export interface Prober extends AsyncDisposable {
  readonly targets: Targets;
  /** Something in the lane is due now. */
  wake(lane: string): void;
  start(): void;
}

export async function openStage(): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-bench-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const picture = await reencode(await generatePicture(1), { quality: 80 });
  const pictureFile = join(dir, "picture.jpg");
  await writeFile(pictureFile, picture);
  const host = fork(join(import.meta.dirname, "eye-host.ts"), [pictureFile], { execArgv: [] });
  // Figures of a host that is no longer there would be no figures.
  const died = () => {
    throw new Error("the host of the benchmark has ended; nothing that was measured since counts");
  };
  host.once("exit", died);
  stack.defer(() => void host.off("exit", died).kill());
  const [{ port, dnsPort }] = (await once(host, "message")) as [{ port: number; dnsPort: number }];
  const log = createLog("prober", "silent");
  const sandbox = await decoderSandbox({ sandbox: "auto", maxRssMb: 700, environment: "TEST" });
  const pool = stack.use(
    new DecoderPool({ workers: 2, maxWaiting: 1000, timeoutMs: 5000, maxRssMb: 700, watchEvery: 1000, sandbox }, log),
  );
  const hashed = await computeFingerprints({ pool }, { content: picture }, new AbortController().signal);
  const keyFile = join(dir, "evidence-key.json");
  await writeFile(keyFile, JSON.stringify(await newSigningKey("bench")), { mode: 0o600 });
  const shared: Shared = {
    sealer: sealer(new Map([["2020-01", new Uint8Array(32).fill(7)]])),
    evidenceSigner: signerFromFile(keyFile),
    fingerprint: (request, { signal }) => computeFingerprints({ pool }, request, signal),
    recipe: { inUse: hashed.recipe },
    ports: [[port, port]],
    dns: new Resolver({ timeout: 3000, tries: 2 }),
  };
  shared.dns.setServers([`127.0.0.1:${dnsPort}`]);
  const running = stack.move();
  let drawn = 0;
  return {
    port,
    sealer: shared.sealer,
    content: contentOf(hashed, 0),
    onNew: (listener) => host.on("message", (path: string) => listener(path)),
    prober: (given) => openProber(join(dir, `prober-${++drawn}.sqlite`), shared, given),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

type Shared = Pick<ProbingDeps, "sealer" | "evidenceSigner" | "fingerprint" | "recipe"> & {
  ports: readonly [number, number][];
  dns: Resolver;
};

type Given = Parameters<Stage["prober"]>[0];

async function openProber(file: string, shared: Shared, given: Given): Promise<Prober> {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(`file:${file}`));
  const collections = await openCollections(store);
  const log = createLog("prober", "silent");
  const health = stack.use(new Health(log));
  const hostDigest = (hostname: string) => Buffer.from(hostname).toString("hex").slice(0, 32).padEnd(32, "0");
  const register = stack.use(new Register({ ...collections, clock: systemClock, hostDigest }));
  const deps: ProbingDeps = {
    ...collections,
    ...unsigned,
    ...onPages,
    ...shared,
    ...settings(shared, given),
    clock: systemClock,
    log,
    health,
    register,
    hostDigest,
  };
  const running = stack.move();
  let kick = (): void => undefined;
  return {
    targets: collections.targets,
    wake(lane) {
      deps.woken.add(lane);
      kick();
    },
    start() {
      running.use(startWritingRequests({ register, log }));
      const looking = running.use(startLooking(deps));
      kick = () => looking.kick();
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

const HOUR = 3_600_000;
export const rules = {
  slotMs: HOUR / 4,
  slotsRequired: 3,
  neverSeenSlots: [0, 1, 4, 96],
  unreachableMs: 24 * HOUR,
  pageAgainMs: 60_000,
  idleMs: 24 * HOUR,
  watchMs: 90 * 24 * HOUR,
  eyes,
  homeCountry: "MY",
};

function settings({ dns, ports }: Shared, { hands, timeoutMs, eyes: chosen }: Given) {
  const loopback = parseNetwork("127.0.0.0/8");
  return {
    eyes: chosen,
    exits: new Exits(() => undefined),
    rules,
    settings: { slotsRequired: 3, vantage: "main" },
    slotLimitMs: 70_000,
    leaseMs: 120_000,
    hands,
    woken: new Set<string>(),
    turns: new Turns(8),
    fingerprintTimeoutMs: 30_000,
    fetchRules: {
      dnsOf: () => dns,
      hosts: async () => [],
      allowed: publicOrIn(loopback === undefined ? [] : [loopback]),
      ports,
      maxBytes: 25 * 1024 * 1024,
      timeoutMs,
      asWhom: asked.asWhom,
    },
  };
}
