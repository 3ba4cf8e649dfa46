import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { durablesOf, producers, streamOf } from "@ntd/bus";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import { ReportServiceService, type SubmitReportRequest } from "@ntd/proto/intake/v1/report_service";
import { eventually } from "@ntd/testing";
import { moveTo } from "../stories/police.ts";
import { startStage, type Stage } from "../stories/stage.ts";
import { courseOf, type Course } from "./course.ts";
import { arrivalsOf, KNOWN_PICTURES, PROVIDERS, type Arrival, type Kind, type Load } from "./load.ts";
import { isAnybodyThere, openPeople, type People } from "./people.ts";
import { openProviders, type Providers } from "./providers.ts";

/** A step while something is under way, and at most; in minutes. */
const STEP = 10;
const LONGEST = 60;
/** Unknown material hosted here waits so long for police (deploy/policy/police-first.yaml). */
const POLICE_FIRST = 120;
/** After a removal every slot is looked at until it is said to be gone. */
const CONFIRMING = 60;

const ILLEGAL: ReadonlySet<Kind> = new Set(["known", "unknown", "victim", "police", "danger"]);

export interface Drilled {
  courses: Course[];
  /** How often anybody looked at anything, distinct pictures that were looked at, the most looks at one picture. */
  views: { all: number; pictures: number; most: number };
  decided: number;
  steps: number;
}

/** Lives through some days of a national hotline on a clock that is moved, through all services in this process. */
export async function drill(load: Load): Promise<Drilled> {
  const arrivals = arrivalsOf(load);
  const kinds = new Map(arrivals.map(({ path, kind }) => [path, kind]));
  const truth = (path: string): Verdict => (isIllegal(kinds.get(path)) ? "VERDICT_ILLEGAL" : "VERDICT_NOT_ILLEGAL");
  const data = (file: string) => new URL(`../../deploy/${file}`, import.meta.url).pathname;
  const casework = { POLICE_FIRST_FILE: data("policy/police-first.yaml"), HOME_COUNTRY: "MY", VIEWS_PER_DAY: "0" };
  await using stage = await startStage({ settings: { casework, prober: { SLOT_MS: String(STEP * 60_000) } } });
  for (const name of PROVIDERS) await stage.registerProvider(name, name);
  await stage.list("national", await Promise.all(Array.from({ length: KNOWN_PICTURES }, (_, n) => generatePicture(n))));
  moveTo(stage, 1, 0);
  const begin = stage.clock.now().getTime();
  const names = new Map<string, Arrival>();
  const pictures = new Map(arrivals.map(({ path, picture }) => [path, picture]));
  await using providers = await openProviders(stage);
  const people = await openPeople(stage, truth, load.seed);
  const timers: number[] = [];
  const waiting = [...arrivals];
  let steps = 0;
  for (let minute = 0; minute < (load.days + 3) * 1440; steps++) {
    while ((waiting[0]?.minute ?? Infinity) <= minute) {
      const arrival = waiting.shift();
      if (arrival !== undefined) names.set(await send(stage, arrival), arrival);
    }
    const before = people.decided();
    await people.turn(minute);
    if (people.decided() > before) timers.push(minute + POLICE_FIRST);
    await quiet(stage);
    await providers.turn(minute);
    if (isOver(minute, { waiting, people, providers, timers })) break;
    const next = nextMinute(minute, { waiting, people, providers, timers });
    stage.clock.advance((next - minute) * 60_000);
    await caughtUp(stage);
    minute = next;
  }
  const courses = await courseOf(stage, names, begin);
  return { courses, views: viewsOf(people, pictures), decided: people.decided(), steps };
}

function isIllegal(kind: Kind | undefined): boolean {
  return kind !== undefined && ILLEGAL.has(kind);
}

interface Going {
  waiting: readonly Arrival[];
  people: People;
  providers: Providers;
  timers: readonly number[];
}

// Everything has come, somebody is there and has nothing to do, nothing waits for police, and what was removed is gone.
function isOver(minute: number, { waiting, people, providers, timers }: Going): boolean {
  const isIdle = isAnybodyThere(minute) && people.next(minute) === undefined && providers.next() === undefined;
  const times = [...timers, ...people.holdsOver, providers.lastRemoval() + 2 * CONFIRMING];
  return waiting.length === 0 && isIdle && times.every((at) => at < minute);
}

// In steps where nothing happens at night, in small ones while somebody works or a removal is to be confirmed.
function nextMinute(minute: number, { waiting, people, providers, timers }: Going): number {
  const isBusy = isAnybodyThere(minute) || minute - providers.lastRemoval() < CONFIRMING;
  const grid = isBusy ? STEP : LONGEST;
  const wanted = [waiting[0]?.minute, people.next(minute), providers.next(), ...timers.map((at) => at + 1)];
  const soonest = Math.min(...wanted.flatMap((at) => (at !== undefined && at > minute ? [at] : [])), minute + grid);
  return Math.max(minute + 1, Math.min(Math.ceil(soonest / (STEP / 2)) * (STEP / 2), minute + grid));
}

async function send(stage: Stage, { kind, path, picture, provider }: Arrival): Promise<string> {
  const bytes = await generatePicture(picture);
  if (kind !== "dead" && kind !== "words")
    stage.host.put(path, await reencode(bytes, { quality: 60 + (picture % 30) }));
  const isPolice = kind === "police";
  const intake = await stage.client(
    ReportServiceService,
    "intake",
    isPolice ? "police" : "reporter",
    isPolice ? "pam" : "public",
  );
  const nothing = { observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints: [] };
  const report: SubmitReportRequest = {
    requestId: randomUUID(),
    channel: isPolice ? "CHANNEL_POLICE" : "CHANNEL_PUBLIC",
    targets: kind === "words" ? [] : [{ url: stage.url(provider, path), ...nothing }],
    description: kind === "words" ? "somebody writes to my sister" : "",
    threat: undefined,
    language: "en",
    ...((kind === "victim" || kind === "words") && { happeningToMe: true }),
    ...(kind === "danger" && { lifeAtRisk: true }),
  };
  // Where the machine has no time for it, it is sent again, as a client would.
  const { name } = await eventually("it is taken", () => intake.submitReport(report), 120_000);
  return name;
}

/** Everything that follows from what was done is done. */
async function quiet(stage: Stage): Promise<void> {
  let seen = "";
  await eventually(
    "nothing moves any more",
    async () => {
      const now = await traffic(stage);
      const isQuiet = now.pending === 0 && now.last === seen;
      seen = now.last;
      if (!isQuiet) await delay(120);
      return isQuiet;
    },
    60_000,
  );
}

// What is over by the clock that was moved ends when its loop comes by, each second by the machine's own clock. Looks are
// begun each fifth of a second: one that is not is a step late, and no more.
async function caughtUp(stage: Stage): Promise<void> {
  await delay(LOOK_POLL_MS);
  await eventually("no hold is over that still holds", () => isEachHoldOver(stage), 60_000);
  await quiet(stage);
}

const LOOK_POLL_MS = 250;

async function isEachHoldOver(stage: Stage): Promise<boolean> {
  const officer = await stage.client(HoldServiceService, "casework", "police", "pam");
  const { holds } = await officer.listHolds({ pageSize: 100, pageToken: "", waitsForSupervisor: false, caseId: "" });
  const now = stage.clock.now();
  return holds.every(({ hold }) => hold?.waitsForSupervisor === true || (hold?.expireTime ?? now) > now);
}

async function traffic({ bed }: Stage): Promise<{ pending: number; last: string }> {
  const { manager } = bed.bus;
  const durables = producers.flatMap(durablesOf).map(({ stream, name }) => manager.consumers.info(stream, name));
  const pending = (await Promise.all(durables)).reduce((sum, one) => sum + one.num_pending + one.num_ack_pending, 0);
  const streams = await Promise.all(producers.map((one) => manager.streams.info(streamOf(one))));
  return { pending, last: streams.map(({ state }) => state.last_seq).join() };
}

function viewsOf({ views }: People, pictures: ReadonlyMap<string, number>): Drilled["views"] {
  const counts = new Map<number, number>();
  for (const { path } of views) {
    const picture = pictures.get(path) ?? -1;
    counts.set(picture, (counts.get(picture) ?? 0) + 1);
  }
  return { all: views.length, pictures: counts.size, most: Math.max(0, ...counts.values()) };
}
