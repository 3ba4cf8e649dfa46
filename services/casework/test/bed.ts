import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataOf, Event } from "@ntd/bus";
import { Case } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Channel } from "@ntd/proto/intake/v1/report";
import type { SimilarTarget } from "@ntd/proto/matching/v1/resemblance_service";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { LeftNotice, TellHoldsRequest } from "@ntd/proto/takedown/v1/holding_service";
import { NO_SCHEMES } from "@ntd/schemes";
import { createLog, MovableClock, sealer, type Sealer } from "@ntd/service";
import { openStore } from "@ntd/store";
import { undoubtedNotice, unobserved, unobservedNotice } from "@ntd/testing";
import type { CaseFile } from "../src/cases/case.ts";
import type { Deps } from "../src/deps.ts";
import { onMatch } from "../src/evidence/on-match.ts";
import { onReport } from "../src/links/on-report.ts";
import { onComplaint } from "../src/reviews/on-complaint.ts";
import { onNotice } from "../src/evidence/on-notice.ts";
import { onTarget } from "../src/evidence/on-target.ts";
import { caseIdOf, openCollections } from "../src/store.ts";
import { fakeHolding, fakeMatching, fakeNotices } from "./fake-peers.ts";
import { noon } from "./facts.ts";

/** Handlers over a real store, without a bus; for the tests of this service. */
export interface Handlers extends AsyncDisposable {
  deps: Deps;
  clock: MovableClock;
  report: (data: DataOf<"report">) => Promise<void>;
  match: (data: DataOf<"match">, version?: number) => Promise<void>;
  target: (data: DataOf<"target">, version?: number) => Promise<void>;
  notice: (data: DataOf<"notice">) => Promise<void>;
  complaint: (data: DataOf<"complaint">) => Promise<void>;
  /** What matching answers to a look-up; undefined: it does not answer. */
  listed: { hits: Hit[] | undefined };
  /** What takedown says has left, and what it was told; undefined: it does not answer. */
  left: { notices: LeftNotice[] | undefined; told?: TellHoldsRequest };
  /** What matching says resembles any picture, by target; undefined: it does not answer. */
  resembles: { similar: SimilarTarget[] | undefined };
  /** The case of an episode of "target-1". */
  caseOf(episode: number): Promise<CaseFile | undefined>;
  /** What the newest event that waits to be sent says of that case. */
  told(episode: number): Promise<Case | undefined>;
  /** All that waits to be sent, oldest first. */
  all(episode: number): Promise<Case[]>;
  /** Verbs of the events that wait to be sent, oldest first. */
  verbs(episode: number): Promise<string[]>;
}

// Always the same: a benchmark reads again what an earlier run filled.
export const testSealer: Sealer = sealer(
  new Map([
    ["2020-01", new Uint8Array(32).fill(1)],
    ["held-2020-01", new Uint8Array(32).fill(3)],
  ]),
);

export const testMarkKey = new Uint8Array(32).fill(2);

/** What a test may set otherwise in `deps`. */
const usual = {
  reporters: undefined,
  schemes: NO_SCHEMES,
  viewBudget: { perDay: 250, timeZone: "UTC" },
  claimMs: 1_800_000,
  inquiryMs: 7 * 24 * 3_600_000,
  breaker: { windowMs: 30 * 24 * 3_600_000, reversals: 3, sharePercent: 2, providers: 3 },
  providerDisputes: 2,
  referralRules: { isPoliceRoute: (country: string) => country === "XP" },
  icse: undefined,
  referralDueMs: 24 * 3_600_000,
  health: { degrade: () => undefined },
  signing: undefined,
  environment: "TEST" as const,
  readingsKeptMs: 2 * 365 * 24 * 3_600_000,
};

interface Settings {
  autoPerMinute?: number;
  holdBackMs?: number;
  storeUrl?: string;
  secondLook?: Partial<Deps["secondLook"]>;
  supervisors?: readonly string[];
  policeFirst?: Deps["policeFirst"];
}

export async function openHandlers(settings: Settings = {}): Promise<Handlers> {
  const dir = await mkdtemp(join(tmpdir(), "ntd-casework-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const { storeUrl = `file:${join(dir, "store.sqlite")}` } = settings;
  const collections = await openCollections(stack.use(await openStore(storeUrl)));
  const clock = new MovableClock(noon);
  const { listed, matching, resembles, resemblance } = fakeMatching();
  const { autoPerMinute = 100, holdBackMs = 0, secondLook, supervisors = [] } = settings;
  const { policeFirst = { rules: [], homeCountry: "" } } = settings;
  const left: Handlers["left"] = { notices: [] };
  const log = createLog("casework", "silent");
  const deps: Deps = {
    ...collections,
    clock,
    log,
    sealer: testSealer,
    matching,
    holding: fakeHolding(left),
    notices: fakeNotices(left),
    resemblance,
    ...usual,
    holdBackMs,
    secondLook: { kind: "none", samplePercent: 10, first: 200, dueMs: 8 * 3_600_000, ...secondLook },
    supervisors,
    autoPerMinute,
    policeFirst,
    markKey: testMarkKey,
  };
  const handlers = {
    report: onReport(deps),
    match: onMatch(deps),
    target: onTarget(deps),
    notice: onNotice(deps),
    complaint: onComplaint(deps),
  };
  const held = stack.move();
  return {
    deps,
    clock,
    listed,
    left,
    resembles,
    report: (data) => handlers.report(event(data.reportId, 1, data), { signal: new AbortController().signal }),
    match: (data, version = 1) => handlers.match(event(data.targetId, version, data)),
    target: (data, version = 1) => handlers.target(event(data.targetId, version, data)),
    notice: (data) => handlers.notice(event(data.noticeId, 1, data)),
    complaint: (data) => handlers.complaint(event(data.complaintId, 1, data)),
    ...reading(collections),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** What there is and what was told of the cases of "target-1". */
function reading({ cases }: Pick<Deps, "cases">): Pick<Handlers, "caseOf" | "told" | "all" | "verbs"> {
  const events = (episode: number) => cases.outbox.read(caseIdOf("target-1", episode));
  return {
    caseOf: async (episode) => (await cases.load(caseIdOf("target-1", episode)))?.state,
    async told(episode) {
      const newest = (await events(episode)).at(-1);
      return newest && Case.decode(newest.data);
    },
    all: async (episode) => (await events(episode)).map(({ data }) => Case.decode(data)),
    verbs: async (episode) => (await events(episode)).map(({ subject }) => subject.split(".")[2] ?? ""),
  };
}

function event<T>(aggregateId: string, version: number, data: T): Event<T> {
  return { id: "an id", verb: "updated", time: noon, aggregateId, version, data };
}

export function targetEvent(change: Partial<DataOf<"target">> = {}): DataOf<"target"> {
  return {
    targetId: "target-1",
    episode: 1,
    state: "TARGET_STATE_PRESENT",
    reason: "PROBE_REASON_UNSPECIFIED",
    address: sealedAddress,
    resolvedIp: "192.0.2.7",
    firstSeenTime: noon,
    lastSeenTime: noon,
    goneTime: undefined,
    slotsRequired: 3,
    content,
    vantage: "test",
    probedTime: noon,
    ...unobserved,
    ...change,
  };
}

const address = { original: "http://host.test/a%41.png#x", fetch: "http://host.test/aA.png", key: "host.test/aA.png" };
const sealedAddress = testSealer.seal(JSON.stringify(address), "address", noon);
export const originalUrl = address.original;

const content: DataOf<"target">["content"] = {
  recipe: "exact-1",
  fingerprints: [{ algorithm: "ALGORITHM_PDQ", value: new Uint8Array(32).fill(7), quality: 90 }],
  pdqForms: [],
  renditions: [],
  degraded: false,
  tooLittleDetail: false,
  format: "png",
  revision: 1,
};

export function matchEvent(hits: Hit[], change: Partial<DataOf<"match">> = {}): DataOf<"match"> {
  const base = {
    targetId: "target-1",
    episode: 1,
    contentRevision: 1,
    tooLittleDetail: false,
    searchedSets: [],
    revokedHits: [],
    items: [],
  };
  return { ...base, matchedTime: noon, hits, ...change };
}

export function reportEvent(
  reportId: string,
  receivedTime: Date,
  change: { channel?: Channel; targetId?: string; fingerprints?: Fingerprint[] } = {},
): DataOf<"report"> {
  const { channel = "CHANNEL_PUBLIC", targetId = "target-1", fingerprints = [] } = change;
  const target = { targetId, address: undefined, observedTime: undefined, fingerprints };
  const targets = [{ ...target, mediaType: "MEDIA_TYPE_IMAGE" as const }];
  return { reportId, channel, receivedTime, targets, threat: undefined, description: undefined, language: "en" };
}

/** A notice of a decision about "target-1" that was closed without having been sent. */
export function unsentNotice(decisionId: string, change: Partial<DataOf<"notice">> = {}): DataOf<"notice"> {
  const target = { targetId: "target-1", episode: 1, address: sealedAddress, answers: [], goneBeforeOffer: false };
  const gone = { lastSeenTime: noon, goneTime: noon, ...unobservedNotice };
  const replaced = { targetState: "TARGET_STATE_GONE", goneStrength: "GONE_STRENGTH_REPLACED" } as const;
  return {
    noticeId: "notice-1",
    dispatchId: "dispatch-1",
    caseId: caseIdOf("target-1", 1),
    decisionId,
    providerId: "alpha",
    environment: "ENVIRONMENT_TEST",
    kind: "NOTICE_KIND_NOTICE",
    action: "ACTION_REMOVE",
    revision: 1,
    state: "NOTICE_STATE_CLOSED",
    targets: [{ ...target, ...gone, ...replaced }],
    issuedTime: noon,
    offeredTime: undefined,
    acknowledgedTime: undefined,
    answeredTime: undefined,
    verifiedGoneTime: undefined,
    closedTime: noon,
    complyWithin: undefined,
    rejections: [],
    undeliverableReason: "",
    undeliverableTime: undefined,
    lookAskedTime: undefined,
    ...undoubtedNotice,
    ...change,
  };
}
