import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { FilmServiceService } from "@ntd/proto/fingerprint/v1/film_service";
import {
  FingerprintServiceService,
  PictureProblem,
  type ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { Channel } from "@ntd/proto/intake/v1/report";
import type { Target } from "@ntd/proto/prober/v1/target";
import { Action, NoticeKind, type Notice, type NoticeState } from "@ntd/proto/takedown/v1/notice";
import { service, startRpcServer, type RpcServer } from "@ntd/rpc";
import { createLog, Health, Problem, sealAddress, sealerFromFile, type Clock } from "@ntd/service";
import { startTestBed, type TestBed, undoubtedNotice, unobservedNotice } from "@ntd/testing";
import { readProberConfig, type ProberConfig } from "../src/config.ts";
import { contentOf, derivedOf } from "./examples.ts";
import { computeFilm, type Films } from "./films-service.ts";
import { waiting } from "./waiting.ts";
import { closed, openWeb } from "./web.ts";
import { start } from "../src/service.ts";

/** A web host whose pages a test sets, a fingerprint service that reads hashes out of the bytes, and a bus. */
export interface ProberBed extends AsyncDisposable {
  bed: TestBed;
  /** For a prober in a process of its own. */
  environment: Record<string, string>;
  /**
   * What each path holds: "picture <sha> <pdq>" ("real" for the bytes' own SHA-256), "hang": no answer, "wait": none until
   * it is another, a number: that status, with text behind it also a body, "to <address>": a redirect, "only
   * from <address> <this>": this for who names that Referer and 403 for all others, absent: 404, else
   * no picture. A path that begins with /slow/ answers after a fifth of a second.
   */
  pages: Map<string, string | number>;
  /** What a path holds that is no text. */
  files: Map<string, RequestListener>;
  /** Requests that came for a path so far. */
  hits(path: string): number;
  /** What the newest request for a path named as where it came from. */
  refererOf(path: string): string | undefined;
  /** Connections that were made to this address of the host so far, whatever was asked over them. */
  connections(ip: string): number;
  /** The fingerprint service; "broken" makes it fail without a name. `asked`: how often, by content. */
  fingerprint: { mode: "up" | "away" | "broken"; asked: Map<string, number>; films: Films };
  startProber(given?: Partial<ProberConfig>, clock?: Clock): Promise<Running>;
  report(path: string, given?: ReportGiven): Promise<void>;
  /** One report of several addresses, on hosts in networks of their own: which, tells the number at the end of the path. */
  reportAll(paths: readonly string[], given?: ReportGiven): Promise<void>;
  notice(path: string, id: string, version: number, state: NoticeState, given?: Partial<Notice>): Promise<void>;
  /** Its whole address. */
  urlOf(path: string): string;
  /** Events about a path so far, oldest first. */
  told(path: string): Promise<{ verb: string; version: number; data: Target }[]>;
  /** Waits for the newest event about a path to be of this verb. */
  until(path: string, verb: string, episode?: number): Promise<Target>;
  /** Waits for the newest event about a path to say that it was restored. */
  restored(path: string): Promise<Target>;
}

interface ReportGiven {
  id?: string;
  receivedTime?: Date;
  fairnessKey?: string;
  /** Instead of the path's own. */
  targetId?: string;
  channel?: Channel;
}

/** Hosts besides host.example: far-0.example, far-1.example, …, each in a network of its own. */
const FAR_HOSTS = 200;
/** @param names of further hosts. */
export async function openProberBed(names: readonly string[] = []): Promise<ProberBed> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const [pages, files] = [new Map<string, string | number>(), new Map<string, RequestListener>()];
  const [hits, connections] = [new Map<string, number>(), new Map<string, number>()];
  const referers = new Map<string, string | undefined>();
  const count = (of: Map<string, number>) => (key: string) => void of.set(key, (of.get(key) ?? 0) + 1);
  const web = await openWeb({ pages, files }, count(hits), count(connections), referers);
  const { port } = web.address() as AddressInfo;
  stack.defer(() => closed(web));
  const fingerprint: ProberBed["fingerprint"] = { mode: "up", asked: new Map(), films: { mode: "up", asked: 0 } };
  const server = stack.use(await serveFingerprints(await bed.identity("service", "fingerprint"), fingerprint, stack));
  const hostsFile = join(bed.dir, "hosts");
  await writeFile(hostsFile, hosts(names));
  const environment = {
    ...(await bed.environment("prober", {
      ALLOW_NETWORKS: "127.0.0.0/8",
      ALLOW_PORTS: String(port),
      HOSTS_FILE: hostsFile,
      SLOT_MS: "100",
      NEVER_SEEN_SLOTS: "0,1,2",
      IDLE_MS: "3600000",
    })),
    NTD_FINGERPRINT_ADDRESS: server.address,
  };
  const config = readProberConfig(environment);
  const sealer = sealerFromFile(config.sealingKeysFile);
  const address = (path: string, host = "host"): Sealed =>
    sealAddress(sealer, { original: "", fetch: `http://${host}.example:${port}${path}`, key: "" }, new Date());
  const far = (path: string) => ({
    targetId: targetIdOf(path),
    address: address(path, `far-${Number(/\d*$/.exec(path)?.[0]) % FAR_HOSTS}`),
  });
  const told = async (path: string) => {
    // An empty stream has no first message to begin with.
    if ((await bed.bus.manager.streams.info("PROBER")).state.messages === 0) return [];
    return (await bed.published(nouns.target)).filter(({ data }) => data.targetId === targetIdOf(path));
  };
  const running = stack.move();
  return {
    bed,
    environment,
    pages,
    files,
    fingerprint,
    hits: (path) => hits.get(path) ?? 0,
    refererOf: (path) => referers.get(path),
    connections: (ip) => connections.get(ip) ?? 0,
    startProber: (given = {}, clock) => start({ ...config, ...given }, clock === undefined ? {} : { clock }),
    report: (path, given = {}) =>
      publishReport(bed, [{ targetId: given.targetId ?? targetIdOf(path), address: address(path) }], given),
    reportAll: (paths, given = {}) => publishReport(bed, paths.map(far), given),
    notice: (path, id, version, state, given = {}) =>
      publishNotice(bed, targetIdOf(path), address(path), { id, version, state }, given),
    urlOf: (path) => `http://host.example:${port}${path}`,
    told,
    ...waiting(told),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

function hosts(names: readonly string[]): string {
  const far = Array.from({ length: FAR_HOSTS }, (_, i) => `127.1.${i}.1 far-${i}.example\n`);
  return [...["host.example", ...names].map((name) => `127.0.0.1 ${name}\n`), ...far].join("");
}

export function targetIdOf(path: string): string {
  return Buffer.from(path).toString("hex").padEnd(32, "0").slice(-32);
}

function serveFingerprints(
  identityDir: string,
  state: ProberBed["fingerprint"],
  stack: AsyncDisposableStack,
): Promise<RpcServer> {
  const methods = ["FingerprintService/ComputeFingerprints", "FilmService/ComputeFilm"];
  const access = Object.fromEntries(methods.map((one) => [`/ntd.fingerprint.v1.${one}`, ["service/prober"]]));
  const log = createLog("fingerprint", "silent");
  const health = stack.use(new Health(log));
  const settings = { listen: "127.0.0.1:0", identityDir, maxMessageBytes: 32 * 1024 * 1024, health, log };
  return startRpcServer({ ...settings, access }, [
    service(FilmServiceService, {
      computeFilm: (requests) => {
        if (state.mode === "away") throw new Problem("PEER_UNAVAILABLE");
        return computeFilm(state.films, requests);
      },
    }),
    service(FingerprintServiceService, {
      computeFingerprints: async ({ content, withDerived = false }) => {
        const text = Buffer.from(content).toString();
        state.asked.set(text, (state.asked.get(text) ?? 0) + 1);
        if (state.mode === "away") throw new Problem("PEER_UNAVAILABLE");
        if (state.mode === "broken") throw new Error("broken");
        return { ...fingerprintsOf(text), derived: withDerived ? derivedOf(text) : [] };
      },
    }),
  ]);
}

function fingerprintsOf(text: string): ComputeFingerprintsResponse {
  const [, sha, pdq] = /^picture (\d+|real) (\d+)$/.exec(text) ?? [];
  const { recipe, fingerprints, pdqForms } = contentOf(Number(sha ?? text.length), Number(pdq));
  const [exact] = fingerprints;
  if (sha === "real" && exact !== undefined) exact.value = createHash("sha256").update(text).digest();
  const shown = { recipe, degraded: false, format: "jpeg", width: 100, height: 100, renditions: [], frameCount: 0 };
  const seen = { ...shown, derived: [] };
  return sha === undefined
    ? { ...seen, fingerprints: fingerprints.slice(0, 1), pdqForms: [], problem: PictureProblem.NOT_A_PICTURE }
    : { ...seen, fingerprints, pdqForms, problem: PictureProblem.UNSPECIFIED };
}

let drawn = 0;

function publishReport(bed: TestBed, named: { targetId: string; address: Sealed }[], given: ReportGiven) {
  const { id = `report-${++drawn}`, receivedTime = new Date(), fairnessKey, channel = Channel.PUBLIC } = given;
  return bed.publish(nouns.report, "received", id, 1, {
    reportId: id,
    channel,
    receivedTime,
    targets: named.map((one) => ({
      ...one,
      observedTime: undefined,
      mediaType: "MEDIA_TYPE_IMAGE" as const,
      fingerprints: [],
    })),
    threat: undefined,
    description: undefined,
    language: "",
    fairnessKey,
  });
}

function publishNotice(
  bed: TestBed,
  targetId: string,
  address: Sealed,
  { id, version, state }: { id: string; version: number; state: NoticeState },
  given: Partial<Notice>,
) {
  const target = { targetId, episode: 1, address, answers: [], goneBeforeOffer: false, ...unobservedNotice };
  const times = {
    issuedTime: new Date(),
    offeredTime: undefined,
    acknowledgedTime: undefined,
    answeredTime: undefined,
  };
  return bed.publish(nouns.notice, "moved", id, version, {
    noticeId: id,
    dispatchId: "d",
    caseId: "c",
    decisionId: "e",
    providerId: "p",
    environment: "ENVIRONMENT_TEST",
    kind: NoticeKind.NOTICE,
    action: Action.REMOVE,
    revision: 1,
    state,
    targets: [{ ...target, lastSeenTime: undefined, goneTime: undefined }],
    ...times,
    verifiedGoneTime: undefined,
    closedTime: undefined,
    complyWithin: undefined,
    rejections: [],
    undeliverableReason: "",
    undeliverableTime: undefined,
    lookAskedTime: undefined,
    ...undoubtedNotice,
    ...given,
  });
}
