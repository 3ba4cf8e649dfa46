import { Resolver } from "node:dns/promises";
import { formerTargetIdOf, readTargetKey, targetIdOf } from "@ntd/address";
import { startKeepingCases, startService, type Opening, type Overrides, type Running } from "@ntd/host";
import { PDQ_RADIUS } from "@ntd/imagehash/compare";
import { BrowserServiceService } from "@ntd/proto/browser/v1/browser_service";
import { FilmServiceService } from "@ntd/proto/fingerprint/v1/film_service";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { service } from "@ntd/rpc";
import { keyedId, watchSealingKeys, watchSigningKeys, type Address } from "@ntd/service";
import { type DnsResolver, hostsFile, noHosts, publicOrIn } from "@ntd/wayout";
import { access } from "./access.ts";
import type { ProberConfig } from "./config.ts";
import { readClock } from "./evidence/clock-file.ts";
import { startCheckingClock } from "./evidence/every-minute-check-clock.ts";
import { startTrimmingRequests } from "./evidence/every-minute-trim-requests.ts";
import { startWritingRequests } from "./evidence/every-second-write-requests.ts";
import { Register, type RegisterDeps } from "./evidence/register.ts";
import { getEvidence } from "./evidence/rpc-get-evidence.ts";
import { listRequests } from "./evidence/rpc-list-requests.ts";
import { listEvidenceKeys } from "./evidence/rpc-list-evidence-keys.ts";
import { facts } from "./facts.ts";
import { Exits } from "./look/exits.ts";
import { startLooking } from "./look/every-second-look.ts";
import { Turns } from "./look/turns.ts";
import type { Eye } from "./fetch/eye.ts";
import type { LookDeps } from "./look/look.ts";
import { askingMarks, NOT_ASKED, type AskMarks } from "./look/marks.ts";
import { lookingWithBrowser, type LookWithBrowser } from "./page/browser-eye.ts";
import { startEmptyingPages } from "./page/every-minute-empty.ts";
import { keepTargetSealed } from "./page/keep-sealed.ts";
import { onMatch } from "./page/on-match.ts";
import { startFreeingClaims } from "./schedule/every-minute-free-claims.ts";
import { startLifting } from "./targets/every-minute-lift.ts";
import { countriesIn } from "./targets/countries.ts";
import { onCase } from "./holds/on-case.ts";
import { onNotice } from "./targets/on-notice.ts";
import type { PublishSettings } from "./targets/publish.ts";
import { onReport } from "./targets/on-report.ts";
import { getTarget } from "./targets/rpc-get-target.ts";
import { listUnseen } from "./sightings/rpc-list-unseen.ts";
import { recordSighting } from "./sightings/rpc-record-sighting.ts";
import { openCollections } from "./store.ts";

/** What a page shows is told in one message. */
const BROWSER_BYTES = 8 * 1024 * 1024;
/** Large files that are no films, and wait for no decoder. */
const FILES_AT_ONCE = 4;
const DAY_MS = 24 * 3_600_000;
const CLOCK_UNKNOWN =
  "NTD_CLOCK_OFFSET_FILE is not set: how right our clock is is not known, and the time of no look is a legal instant";

export function start(config: ProberConfig, overrides: Overrides & { dns?: DnsResolver } = {}): Promise<Running> {
  return startService({
    name: "prober",
    config,
    overrides,
    access,
    open: async (opening) => {
      const { clock, health, log, use, soon } = opening;
      const kept = { ...(await openCollections(opening.store)), ...digests(readTargetKey(config.targetKeyFile)) };
      return {
        ...kept,
        ...recording(opening, kept),
        settings: settingsOf(opening),
        clock,
        health,
        log,
        ...bounds(config),
        rules: { ...config, watchMs: config.watchDays * DAY_MS },
        eyes: config.eyes,
        exits: new Exits((eye, out) => health.degrade(`exit_${eye}`, out)),
        sealer: use(watchSealingKeys(config.sealingKeysFile, log)),
        fetchRules: fetchRules(config, overrides.dns),
        ...hashing(opening),
        askMarks: marksOf(opening),
        lookWithBrowser: browserOf(opening),
        recipe: { inUse: undefined },
        ...waking(soon("look")),
      };
    },
    serve: (deps) => [
      service(ProbeServiceService, {
        getTarget: getTarget(deps),
        listUnseen: listUnseen(deps),
        recordSighting: recordSighting(deps),
        getEvidence: getEvidence(deps),
        listEvidenceKeys: listEvidenceKeys(deps),
        listRequests: listRequests(deps),
      }),
    ],
    readings: ({ readings }) => readings,
    restored: ({ restored }) => restored,
    loops: (deps) => ({
      look: () => startLooking(deps),
      free: () => startFreeingClaims(deps),
      lift: () => startLifting(deps),
      clock: () => startCheckingClock(deps),
      requests: () => startWritingRequests(deps),
      trim: () => startTrimmingRequests(deps),
      keep: () => startKeepingCases(deps, ({ targetId }) => keepTargetSealed(deps, targetId)),
      empty: () => startEmptyingPages(deps),
    }),
    facts,
    work: (deps) => ({ report: onReport(deps), notice: onNotice(deps), case: onCase(deps), match: onMatch(deps) }),
  });
}

function settingsOf({ config, ...beside }: Opening<ProberConfig>): PublishSettings {
  const { slotsRequired, vantage, countriesFiles } = config;
  return { slotsRequired, vantage, countryOf: countriesIn(countriesFiles, beside) };
}

/** Without a casework to ask, as in deployments of release 0.2, first looks are made unasked, and health says so. */
function marksOf({ config, health, peer }: Opening<ProberConfig>): AskMarks | undefined {
  const { caseworkAddress: address } = config;
  if (address === "") {
    health.degrade(NOT_ASKED);
    return undefined;
  }
  const casework = peer(MarkServiceService, { address });
  return askingMarks(casework.askMarks.bind(casework), health);
}

/** Who computes fingerprints: of pictures as a whole, of films and large files while they come. */
function hashing({ config, peer }: Opening<ProberConfig>) {
  const { fingerprintAddress: address, fingerprintTimeoutMs: deadlineMs } = config;
  const pictures = peer(FingerprintServiceService, { address, deadlineMs });
  const films = peer(FilmServiceService, { address });
  return {
    fingerprint: pictures.computeFingerprints.bind(pictures),
    computeFilm: films.computeFilm.bind(films),
  };
}

/** An eye that may be there; where it is not, pages are collected from their markup alone. */
function browserOf({ config, health, peer }: Opening<ProberConfig>): LookWithBrowser | undefined {
  const { browserAddress: address } = config;
  if (address === "") return undefined;
  const browser = peer(BrowserServiceService, { address, maxMessageBytes: BROWSER_BYTES });
  return lookingWithBrowser((requests, options) => browser.look(requests, options), health);
}

/** How much is done at once, and for how long. */
function bounds(config: ProberConfig) {
  const { hands, leaseMs, fetchTimeoutMs, fingerprintTimeoutMs, fingerprintsAtOnce } = config;
  const slotLimitMs = leaseMs - fetchTimeoutMs - fingerprintTimeoutMs;
  const { pageMedia, pageBytes, pageMs, browserMs, pageAnewMs } = config;
  const pageLimits = { media: pageMedia, bytes: pageBytes, ms: pageMs };
  const onPages = { pageMedia, pageLimits, browserMs, pageAnewMs, pagesKeptMs: config.pageKeptDays * DAY_MS };
  const filmLimits = { maxBytes: config.maxFilmBytes, timeoutMs: config.filmTimeoutMs, turnMs: fetchTimeoutMs };
  const passed = { filmLimits, filmTurns: new Turns(config.filmsAtOnce), fileTurns: new Turns(FILES_AT_ONCE) };
  const judged = { fingerprintTimeoutMs, turns: new Turns(fingerprintsAtOnce), ...passed };
  return { hands, leaseMs, slotLimitMs, ...judged, ...onPages };
}

function digests(targetKey: Uint8Array) {
  return {
    targetIdOf: (address: Pick<Address, "fetch">) => targetIdOf(targetKey, address),
    formerTargetIdOf: (address: Pick<Address, "fetch">) => formerTargetIdOf(targetKey, address),
    hostDigest: (hostname: string) => keyedId(targetKey, "host", hostname),
    inlineIdOf: ({ fetch }: Pick<Address, "fetch">, sha256: string) => keyedId(targetKey, "inline", fetch, sha256),
  };
}

function waking(look: () => void) {
  const woken = new Set<string>();
  const wake = (lane: string) => {
    woken.add(lane);
    look();
  };
  return { woken, wake };
}

/** What records of looks and the register of requests are made with. */
function recording({ config, use, log, clock }: Opening<ProberConfig>, kept: Omit<RegisterDeps, "clock">) {
  if (config.environment === "LIVE" && config.clockOffsetFile === "") log.warn(CLOCK_UNKNOWN);
  const { signer, keySet } = use(watchSigningKeys(config, log));
  return {
    evidenceSigner: signer,
    evidenceKeys: keySet,
    judge: { ...config, pdqRadius: PDQ_RADIUS },
    clockReading: () => readClock(config.clockOffsetFile, clock),
    register: use(new Register({ ...kept, clock })),
    requestsKeptMs: config.requestRegisterDays * DAY_MS,
  };
}

function fetchRules(config: ProberConfig, dns: DnsResolver | undefined): LookDeps["fetchRules"] {
  const resolvers = new Map(config.eyes.map((eye) => [eye.name, dns ?? resolverOf(eye)]));
  const own = dns ?? resolverOf({});
  return {
    dnsOf: ({ name }) => resolvers.get(name) ?? own,
    hosts: config.hostsFile === "" ? noHosts : hostsFile(config.hostsFile),
    allowed: publicOrIn(config.allowNetworks),
    ports: [[80, 80], [443, 443], ...config.allowPorts],
    maxBytes: config.maxBytes,
    timeoutMs: config.fetchTimeoutMs,
    asWhom: config,
  };
}

function resolverOf({ dns }: Pick<Eye, "dns">): Resolver {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (dns !== undefined) resolver.setServers(dns);
  return resolver;
}
