import { setTimeout } from "node:timers/promises";
import type { Event } from "@ntd/bus";
import { Channel, type Report } from "@ntd/proto/intake/v1/report";
import { Action, NoticeKind, NoticeState, type Notice } from "@ntd/proto/takedown/v1/notice";
import { createLog, Health, MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { unobservedNotice, undoubtedNotice } from "@ntd/testing";
import { findingFirst, findingLanes } from "../../services/prober/src/look/due.ts";
import { startLooking } from "../../services/prober/src/look/every-second-look.ts";
import { Exits } from "../../services/prober/src/look/exits.ts";
import { Turns } from "../../services/prober/src/look/turns.ts";
import { whereabouts } from "../../services/prober/src/look/whereabouts.ts";
import { openCollections, type Collections, type Targets } from "../../services/prober/src/store.ts";
import { claimed, done } from "../../services/prober/src/schedule/claim.ts";
import { onNotice } from "../../services/prober/src/targets/on-notice.ts";
import { onReport } from "../../services/prober/src/targets/on-report.ts";
import { newTarget, nextDue, withNotice, withReport } from "../../services/prober/src/schedule/schedule.ts";
import type { Target } from "../../services/prober/src/targets/target-state.ts";
import { asked } from "../../services/prober/test/asked.ts";
import {
  at,
  contentOf,
  looked,
  picture,
  rules as minuteRules,
  onPages,
  unsigned,
} from "../../services/prober/test/examples.ts";
import { compared, timesOf } from "./quantity-measure.ts";
import type { Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { atMost, quantile, stated, type Figure } from "./report.ts";

const rules = { ...minuteRules, slotMs: 900_000, idleMs: 86_400_000 };
const sealed = { keyId: "2026-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(160) };
const sealer = {
  seal: () => sealed,
  open: () => JSON.stringify({ original: "", fetch: "http://host.example/", key: "" }),
};
const FLOOD = 3400;
const NOW = at(0);

/** prober with every target and open notice of a country, and a flood of reports that waits. */
export async function measureProber(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const url = await stores.filled("prober", (fresh) => fill(fresh, sizes));
  await using emptyStore = await openStore(stores.empty("prober"));
  const { targets: empty } = await openCollections(emptyStore);
  const opened = performance.now();
  await using store = await openStore(url);
  const { targets: full, ...others } = await openCollections(store);
  const openMs = performance.now() - opened;
  const figures = [stated("prober: open", openMs, "ms")];
  const idle = await idleShare(full, others);
  figures.push(atMost(`prober: idle with ${sizes.targets} targets, share of a core`, 100 * idle, "%", 1));
  await flood(full);
  figures.push(...compared("prober: a report of a new address", await report(empty, "new"), await report(full, "new")));
  figures.push(
    ...compared("prober: a report of a known address", await report(empty, "known"), await report(full, "known")),
  );
  figures.push(...compared("prober: a notice", await notice(empty), await notice(full)));
  figures.push(...(await choosing(full)));
  return figures;
}

/** Written through the constructors of the service: all seen, one in three under an open notice. */
async function fill(url: string, sizes: Sizes): Promise<void> {
  await using store = await openStore(url);
  const { targets } = await openCollections(store);
  for (let from = 0; from < sizes.targets; from += 1000) {
    const count = Math.min(1000, sizes.targets - from);
    await targets.insertMany(Array.from({ length: count }, (_, i) => watched(from + i, sizes)));
  }
}

function watched(n: number, { targets, notices }: Sizes): { id: string; state: Target } {
  const id = idOf("watched", n);
  const issued = at(-(n % 90) * 24 * 60 - 60);
  const mark = { id: `notice-${n}`, version: 1, episode: 1, open: true, since: issued, answers: 0 };
  const forms = Array.from({ length: 8 }, (_, i) => ({ form: `form-${i}`, value: new Uint8Array(32).fill(n + i) }));
  const content = { ...contentOf(n % 256), pdqForms: forms };
  let state = newTarget(id, sealed, issued);
  state =
    withReport(state, { ...mark, receivedTime: issued, address: sealed, lane: "report/a", trace: {} }, issued) ?? state;
  state = looked(claimed(state, issued, 1000), picture("first", content), issued, rules);
  const noticed = n % Math.max(1, Math.round(targets / notices)) === 0;
  if (noticed) state = withNotice(state, mark, { lane: "answer/p", trace: {} }, issued) ?? state;
  return {
    id,
    state: done(
      { ...state, work: { ...state.work, wantedAtClaim: state.work.wanted } },
      NOW,
      nextDue(state, NOW, rules),
    ),
  };
}

/** As many reports of one sender wait as came in eight seconds once. */
async function flood(targets: Targets): Promise<void> {
  const waiting = Array.from({ length: FLOOD }, (_, n) => {
    const id = idOf("flood", n);
    const state = newTarget(id, sealed, NOW);
    const mark = { id: `flood-${n}`, receivedTime: NOW, address: sealed, lane: "report/flood", trace: {} };
    return { id, state: withReport(state, mark, NOW) ?? state };
  });
  await targets.insertMany(waiting);
}

const idOf = (kind: string, n: number) =>
  `${n.toString(16).padStart(8, "0")}${Buffer.from(kind).toString("hex")}`.padEnd(32, "0").slice(0, 32);

const clockAtNow = () => new MovableClock(NOW);
const wake = () => undefined;

let drawn = Date.now();

function report(targets: Targets, of: "new" | "known"): Promise<number[]> {
  const handle = onReport({ targets, clock: clockAtNow(), wake, rules: { slotMs: 900_000 } });
  return timesOf(500, async (n) => {
    const targetId = of === "new" ? idOf("new", ++drawn) : idOf("watched", n);
    const target = { targetId, address: sealed, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const };
    const data: Report = {
      reportId: `report-${++drawn}`,
      channel: Channel.PUBLIC,
      receivedTime: NOW,
      targets: [{ ...target, fingerprints: [] }],
      threat: undefined,
      description: undefined,
      language: "",
      fairnessKey: `key-${n % 100}`,
    };
    await handle(eventOf(data.reportId, data));
  });
}

function notice(targets: Targets): Promise<number[]> {
  const handle = onNotice({ targets, clock: clockAtNow(), wake });
  const times = { offeredTime: undefined, acknowledgedTime: undefined, answeredTime: undefined };
  return timesOf(500, async (n) => {
    const target = {
      targetId: idOf("watched", 7 * n),
      episode: 1,
      address: sealed,
      answers: [],
      goneBeforeOffer: false,
      ...unobservedNotice,
    };
    const data: Notice = {
      noticeId: `notice-${++drawn}`,
      dispatchId: "d",
      caseId: "c",
      decisionId: "e",
      providerId: `p-${n % 10}`,
      environment: "ENVIRONMENT_TEST",
      kind: NoticeKind.NOTICE,
      action: Action.REMOVE,
      revision: 1,
      state: NoticeState.ISSUED,
      targets: [{ ...target, lastSeenTime: undefined, goneTime: undefined }],
      issuedTime: NOW,
      ...times,
      verifiedGoneTime: undefined,
      closedTime: undefined,
      complyWithin: undefined,
      rejections: [],
      undeliverableReason: "",
      undeliverableTime: undefined,
      lookAskedTime: undefined,
      ...undoubtedNotice,
    };
    await handle(eventOf(data.noticeId, data));
  });
}

function eventOf<T>(aggregateId: string, data: T): Event<T> {
  return { id: aggregateId, aggregateId, verb: "told", version: 1, time: NOW, data } as unknown as Event<T>;
}

/** What it costs to find whose turn it is while a flood waits. */
async function choosing(targets: Targets): Promise<Figure[]> {
  const deps = { targets, clock: clockAtNow() };
  const lanes = findingLanes(deps);
  const where = whereabouts(targets, sealer);
  const taken = new Map<string, unknown>();
  const found = await timesOf(300, lanes);
  const heads = await timesOf(300, () => findingFirst(deps, { taken, where, fits: () => true })("report/flood"));
  return [
    atMost("prober: finding lanes with work, p99", quantile(found, 0.99), "ms", 5),
    stated("prober: finding lanes with work, p50", quantile(found, 0.5), "ms"),
    atMost(`prober: the next of ${FLOOD} that wait, p99`, quantile(heads, 0.99), "ms", 5),
    stated(`prober: the next of ${FLOOD} that wait, p50`, quantile(heads, 0.5), "ms"),
  ];
}

/** The share of a core that looking takes while nothing is due. */
async function idleShare(targets: Targets, { hosts, pages, evidence }: Omit<Collections, "targets">): Promise<number> {
  const log = createLog("prober", "silent");
  const never = () => Promise.reject(new Error("nothing is due"));
  const dns = { resolve4: never, resolve6: never };
  await using _ = startLooking({
    targets,
    // Before everything: nothing is due.
    clock: new MovableClock(at(-1_000_000)),
    settings: { slotsRequired: 3, vantage: "" },
    rules,
    hands: 32,
    leaseMs: 60_000,
    log,
    health: new Health(log),
    sealer,
    woken: new Set(),
    turns: new Turns(1),
    recipe: { inUse: undefined },
    eyes: rules.eyes,
    hosts,
    pages,
    evidence,
    ...unsigned,
    ...onPages,
    hostDigest: (hostname) => hostname,
    restored: { load: async () => undefined },
    exits: new Exits(() => undefined),
    slotLimitMs: 60_000,
    fingerprintTimeoutMs: 1000,
    fingerprint: never,
    fetchRules: {
      dnsOf: () => dns,
      hosts: never,
      allowed: () => false,
      ports: [],
      maxBytes: 1,
      timeoutMs: 1,
      ...asked,
    },
  });
  await setTimeout(1000);
  const before = process.cpuUsage();
  const began = performance.now();
  await setTimeout(3000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - began);
}
